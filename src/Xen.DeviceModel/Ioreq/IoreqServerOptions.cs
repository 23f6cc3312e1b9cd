using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>What an IOREQ server is made like.</summary>
public sealed record IoreqServerOptions
{
    /// <summary>
    /// Whether it gets requests that need no answer by a ring (x86): stores to video memory, and changes of the guest's clock.
    /// </summary>
    public BufferedIoreqMode Buffered { get; init; } = BufferedIoreqMode.Off;
}
