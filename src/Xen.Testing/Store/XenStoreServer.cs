using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Xen.Sys;

namespace Xen.Testing.Store;

/// <summary>Serves a store in memory through a Unix socket, as the daemon does: any client of XenStore can use it.</summary>
/// <remarks>
/// Point programs to it by the environment variable <c>XENSTORED_PATH</c>. Only the user of this process may
/// connect.
/// </remarks>
public sealed class XenStoreServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<ServedConnection> _connections = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    private XenStoreServer(InMemoryXenStore store, string path, DomainId domain, long outputLimit)
    {
        Store = store;
        Path = path;
        Domain = domain;
        OutputLimit = outputLimit;
    }

    /// <summary>The store.</summary>
    public InMemoryXenStore Store { get; }

    /// <summary>The socket's file.</summary>
    public string Path { get; }

    /// <summary>Who connects; domain 0 may do all.</summary>
    public DomainId Domain { get; }

    /// <summary>Bytes that may wait for a client. One that does not read loses its connection when there are more.</summary>
    public long OutputLimit { get; }

    /// <summary>Number of connections.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
                return _connections.Count;
        }
    }

    /// <summary>Begins to serve.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The socket's file, of at most 103 bytes. One that nobody listens at is replaced.</param>
    /// <param name="domain">Who connects; domain 0 may do all.</param>
    /// <param name="outputLimit">Bytes that may wait for a client; see <see cref="OutputLimit"/>.</param>
    /// <exception cref="IOException">Somebody listens there already, or the file cannot be made.</exception>
    /// <exception cref="ArgumentException">The path is too long.</exception>
    public static XenStoreServer Start(
        InMemoryXenStore store, string path, DomainId domain = default, long outputLimit = 4 << 20)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputLimit);
        var server = new XenStoreServer(store, path, domain, outputLimit);
        server.Listen();
        return server;
    }

    /// <summary>
    /// Ends at once, in the middle of anything, as a daemon that crashed: connections are cut, and the socket's file stays
    /// behind and refuses. The store keeps its nodes.
    /// </summary>
    public void Kill()
    {
        ServedConnection[] connections;
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
            connections = [.. _connections];
        }

        foreach (var connection in connections)
            connection.Cut();
    }

    /// <summary>Serves again after <see cref="Kill"/>, at the same place.</summary>
    /// <exception cref="InvalidOperationException">It serves.</exception>
    /// <exception cref="IOException">Somebody else listens there, or the file cannot be made.</exception>
    public void Restart() => Listen();

    /// <summary>Ends, and removes the socket's file.</summary>
    public async ValueTask DisposeAsync()
    {
        bool serves;
        lock (_gate)
            serves = _listener is not null;
        Kill();
        await _accepting.ConfigureAwait(false);
        Task[] ends;
        lock (_gate)
            ends = [.. _connections.Select(connection => connection.Completion)];
        await Task.WhenAll(ends).ConfigureAwait(false);
        // Whoever owns the folder may have removed it.
        if (serves && File.Exists(Path))
            File.Delete(Path);
    }

    private void Listen()
    {
        lock (_gate)
        {
            if (_listener is not null)
                throw new InvalidOperationException($"{Path} is served already");
            SocketFile.RefuseUnlessStale(Path);
            _listener = SocketFile.Listen(Path);
            _accepting = AcceptAsync(_listener);
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            Serve(listener, socket);
        }
    }

    private void Serve(Socket listener, Socket socket)
    {
        lock (_gate)
        {
            if (_listener != listener || Store.RefusesConnections)
            {
                socket.Dispose();
                return;
            }

            var connection = new ServedConnection(Store, Store.Open(Domain, OutputLimit), socket);
            _connections.Add(connection);
            _ = ForgetAsync(connection);
        }
    }

    private async Task ForgetAsync(ServedConnection connection)
    {
        await connection.Completion.ConfigureAwait(false);
        lock (_gate)
            _connections.Remove(connection);
    }
}
