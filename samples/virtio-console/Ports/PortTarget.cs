namespace VirtioConsole.Ports;

/// <summary>What is at the host's end of a port.</summary>
internal enum PortTarget
{
    /// <summary>A pseudo-terminal, with a link to it.</summary>
    Pty,

    /// <summary>A Unix socket that waits for whoever connects.</summary>
    Listen,

    /// <summary>A Unix socket of somebody else.</summary>
    Connect,

    /// <summary>The daemon's own terminal.</summary>
    Stdio,
}
