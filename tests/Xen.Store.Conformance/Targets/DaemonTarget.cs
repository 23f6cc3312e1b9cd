using System.Collections.Generic;

namespace Xen.Store.Conformance.Targets;

/// <summary>A daemon of Xen.</summary>
internal sealed class DaemonTarget(DaemonKind kind) : StoreTarget
{
    private readonly RealDaemon _daemon = RealDaemon.Start(kind);
    private readonly List<SocketChannel> _sockets = [];
    private readonly Dictionary<int, FakeDomain> _domains = [];

    internal override IByteChannel Connect()
    {
        var socket = new SocketChannel(_daemon.SocketPath);
        _sockets.Add(socket);
        return socket;
    }

    internal override void Make(int domain)
    {
        if (_domains.Remove(domain, out var former))
            former.Dispose();
        _domains.Add(domain, new FakeDomain(_daemon.RunDirectory, domain));
    }

    internal override IByteChannel Introduce(int domain)
    {
        _domains[domain].Introduce();
        return _domains[domain];
    }

    internal override void Shutdown(int domain) => _domains[domain].Shutdown();

    internal override void Destroy(int domain) => _domains[domain].Destroy();

    public override void Dispose()
    {
        foreach (var socket in _sockets)
            socket.Dispose();
        foreach (var domain in _domains.Values)
            domain.Dispose();
        _daemon.Dispose();
    }
}
