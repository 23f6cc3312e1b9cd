using System;
using System.Net.Sockets;

namespace Xen.Store;

/// <summary>A daemon's Unix socket.</summary>
internal sealed class UnixEndpoint : XenStoreEndpoint
{
    private readonly string _path;

    internal UnixEndpoint(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = path;
    }

    public override string Name => $"unix:{_path}";

    public override IXenStoreTransport Open()
    {
        if (!OperatingSystem.IsLinux())
            throw new XenStoreConnectException(Name, "a XenStore's socket can be used on Linux only");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_path));
            return new UnixTransport(socket);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket.Dispose();
            // The runtime's words for a missing file are those for a missing network address.
            var reason = error is SocketException { SocketErrorCode: SocketError.AddressNotAvailable }
                ? "there is no such socket" : error.Message;
            throw new XenStoreConnectException(Name, reason, error);
        }
    }
}
