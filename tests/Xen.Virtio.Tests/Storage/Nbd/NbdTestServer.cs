using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>
/// An NBD server of our own on a Unix socket, over memory that it can lose: it does as it is told, and wrong if it is told.
/// </summary>
internal sealed class NbdTestServer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nbd-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<NbdTestSession> _sessions = [];
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private bool _disposed;

    public NbdTestServer(int length, NbdTestOptions? options = null)
    {
        Options = options ?? new NbdTestOptions();
        Bytes = new byte[length];
        Durable = new byte[length];
        Endpoint = NbdEndpoint.Unix(Path.Combine(_folder.FullName, "socket"), Options.ExportName);
        _listener.Bind(new UnixDomainSocketEndPoint(Endpoint.SocketPath!));
        _listener.Listen();
        _thread = new Thread(Accept) { IsBackground = true };
        _thread.Start();
    }

    public NbdTestOptions Options { get; }

    public NbdEndpoint Endpoint { get; }

    /// <summary>What is read.</summary>
    public byte[] Bytes { get; }

    /// <summary>What is left after a loss of power.</summary>
    public byte[] Durable { get; }

    /// <summary>Guards both.</summary>
    public Lock Disk { get; } = new();

    /// <summary>How often it has lost its power; guarded by <see cref="Disk"/>.</summary>
    public int Crashes { get; private set; }

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Requests so far.</summary>
    public int Requests;

    /// <summary>Answers a request in the server's place; false if the server shall. Any thread.</summary>
    public Func<NbdTestSession, NbdTestRequest, bool>? OnRequest { get; set; }

    /// <summary>Ends all connections.</summary>
    public void Disconnect()
    {
        lock (_gate)
        {
            foreach (var session in _sessions)
                session.Dispose();
            _sessions.Clear();
        }
    }

    /// <summary>Loses its power: what was not flushed is gone.</summary>
    public void Crash()
    {
        lock (Disk)
        {
            Crashes++;
            Durable.CopyTo(Bytes, 0);
            Disconnect();
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _disposed = true;
        Disconnect();
        _listener.Dispose();
        _thread.Join();
        _folder.Delete(recursive: true);
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_gate)
            {
                if (_disposed)
                {
                    socket.Dispose();
                    return;
                }

                var session = new NbdTestSession(this, socket, Connections++);
                _sessions.Add(session);
                new Thread(session.Run) { IsBackground = true }.Start();
            }
        }
    }
}
