using System;
using System.IO;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Devices.Console;

namespace VirtioConsole.Ports;

/// <summary>The host's end of a port, open.</summary>
/// <param name="End">The end. Disposed if it can be.</param>
/// <param name="Text">Where people find it: <c>/dev/pts/3 (/run/virtio-console/console-5-0)</c>.</param>
internal sealed record HostEnd(IConsoleEnd End, string Text) : IDisposable
{
    /// <summary>Opens an end.</summary>
    /// <param name="target">What is there.</param>
    /// <param name="path">Where, with numbers in their places.</param>
    /// <param name="logger">Where the end logs.</param>
    internal static HostEnd Open(PortTarget target, string path, ILogger logger) =>
        throw new IOException($"{target} {path}: this build has no consoles of the host");

    /// <summary>Closes the end.</summary>
    public void Dispose() => (End as IDisposable)?.Dispose();
}
