using System;
using System.IO;
using System.IO.Pipes;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Linux.Console;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>An end of each kind, with somebody at the other side.</summary>
internal sealed class EndBench : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Action _close;

    public EndBench(string kind, ILogger? logger = null)
    {
        switch (kind)
        {
            case "pty":
                var pty = PtyEnd.Open(null, logger);
                var terminal = new FileStream(pty.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
                (End, Output, Input) = (pty, terminal, terminal);
                _close = () => Dispose(terminal, pty);
                break;
            case "listen":
                var listening = UnixSocketEnd.Listen(_folder.Path("s"), logger);
                var client = Sockets.Connect(_folder.Path("s"));
                (End, Output, Input) = (listening, client, client);
                _close = () => Dispose(client, listening);
                break;
            case "connect":
                using (var listener = Sockets.Listen(_folder.Path("s")))
                {
                    var connecting = UnixSocketEnd.Connect(_folder.Path("s"), logger);
                    var server = new NetworkStream(listener.Accept(), ownsSocket: true);
                    (End, Output, Input) = (connecting, server, server);
                    _close = () => Dispose(server, connecting);
                }

                break;
            default:
                var input = new AnonymousPipeServerStream(PipeDirection.Out);
                var output = new AnonymousPipeServerStream(PipeDirection.In);
                var stream = new StreamEnd(Take(input), Take(output), logger);
                (End, Output, Input) = (stream, output, input);
                _close = () => Dispose(input, output, stream);
                break;
        }

        User = new EndUser(End);
        User.WaitConnected();
    }

    public static TheoryData<string> Kinds => ["pty", "listen", "connect", "stream"];

    public IConsoleEnd End { get; }

    public EndUser User { get; }

    /// <summary>What the guest wrote.</summary>
    public Stream Output { get; }

    /// <summary>What the guest reads.</summary>
    public Stream Input { get; }

    public void Dispose()
    {
        User.Dispose();
        _close();
        _folder.Dispose();
    }

    // The end closes what the other process would have.
    public static SafeFileHandle Take(AnonymousPipeServerStream pipe)
    {
        var handle = new SafeFileHandle(pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: true);
        pipe.ClientSafePipeHandle.SetHandleAsInvalid();
        return handle;
    }

    private static void Dispose(params ReadOnlySpan<IDisposable> all)
    {
        foreach (var one in all)
            one.Dispose();
    }
}
