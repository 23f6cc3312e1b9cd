using System;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Xen.Testing.Store;

/// <summary>A client's socket, and the two loops that carry bytes between it and the store.</summary>
internal sealed class ServedConnection
{
    private const int BufferSize = 16 * 1024;

    private readonly InMemoryXenStore _store;
    private readonly StoreSession _session;
    private readonly Socket _socket;

    /// <summary>Begins.</summary>
    /// <param name="store">The store.</param>
    /// <param name="session">Its end of the connection.</param>
    /// <param name="socket">The client's socket.</param>
    internal ServedConnection(InMemoryXenStore store, StoreSession session, Socket socket)
    {
        _store = store;
        _session = session;
        _socket = socket;
        session.Overflowed = Cut;
        Completion = RunAsync();
    }

    /// <summary>Is complete when the connection is at its end.</summary>
    internal Task Completion { get; }

    /// <summary>Ends it, and loses what was under way.</summary>
    internal void Cut()
    {
        _store.Close(_session, isAbrupt: true);
        _socket.Dispose();
    }

    private async Task RunAsync()
    {
        // A client that does not read must not keep what it sends from being answered, and the other way round.
        await Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(SendAsync)).ConfigureAwait(false);
        _socket.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await _socket.ReceiveAsync(buffer).ConfigureAwait(false) is > 0 and var received)
            {
                for (var done = 0; done < received;)
                {
                    var taken = _store.Take(_session, buffer.AsSpan(done, received - done));
                    if (taken < 0)
                        return;
                    done += taken;
                    if (taken == 0)
                        await _session.Writable.WaitAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The client is gone, or the server.
        }

        _store.Close(_session, isAbrupt: false);
    }

    private async Task SendAsync()
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (_store.Give(_session, buffer) is >= 0 and var count)
            {
                if (count == 0)
                    await _session.Readable.WaitAsync().ConfigureAwait(false);
                for (var sent = 0; sent < count;)
                    sent += await _socket.SendAsync(buffer.AsMemory(sent, count - sent)).ConfigureAwait(false);
            }

            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _store.Close(_session, isAbrupt: true);
        }
    }
}
