using System;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Linux.Console;

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
    internal static HostEnd Open(PortTarget target, string path, ILogger logger)
    {
        switch (target)
        {
            case PortTarget.Listen:
                return new HostEnd(UnixSocketEnd.Listen(path), $"socket {path}");
            case PortTarget.Connect:
                return new HostEnd(UnixSocketEnd.Connect(path), $"connected to {path}");
            case PortTarget.Stdio:
                return new HostEnd(StreamEnd.OpenStandard(), "this terminal");
            default:
                var pty = PtyEnd.Open(path, logger);
                return new HostEnd(pty, $"{pty.Path} ({path})");
        }
    }

    /// <summary>Closes the end.</summary>
    public void Dispose() => (End as IDisposable)?.Dispose();
}
