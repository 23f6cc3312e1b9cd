namespace Xen.Store.Cli;

/// <summary>
/// How the tool ends. By Xen's names (<c>xenstore-read</c>), everything from 1 to 5 is 1, as it is there.
/// </summary>
internal static class ExitCode
{
    /// <summary>Done; yes; nothing differs.</summary>
    public const int Ok = 0;

    /// <summary>No; not found; different; failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Permissions do not allow it.</summary>
    public const int Denied = 3;

    /// <summary>There is no connection to a store.</summary>
    public const int NoStore = 4;

    /// <summary>In conflict with others, or the time is over.</summary>
    public const int Conflict = 5;

    /// <summary>Interrupted.</summary>
    public const int Interrupted = 130;

    /// <summary>Nobody reads the output: what a shell says of a program that SIGPIPE ended.</summary>
    public const int OutputClosed = 141;

    /// <summary>Told to end.</summary>
    public const int Terminated = 143;
}
