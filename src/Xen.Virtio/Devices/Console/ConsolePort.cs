namespace Xen.Virtio.Devices.Console;

/// <summary>One port of a console device.</summary>
/// <param name="End">The host's end.</param>
public sealed record ConsolePort(IConsoleEnd End)
{
    /// <summary>
    /// Name, at most 256 bytes of UTF-8; empty for none. In Linux: <c>/dev/virtio-ports/NAME</c>. Only with several
    /// ports.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the guest is to use it as a console (<c>/dev/hvcN</c>).</summary>
    public bool IsConsole { get; init; }
}
