using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace TestSupport;

/// <summary>A domain's end of its event channel to the store's daemon: a datagram socket.</summary>
/// <remarks>
/// A thread takes the events and wakes everybody who waits, since one event may be news for a sender and a receiver.
/// </remarks>
internal sealed class EventSocket : IDisposable
{
    private const uint Virq = uint.MaxValue;
    private const uint VirqOfDomains = 3;

    private readonly Lock _sending = new();
    private readonly object _news = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _own;
    private readonly UnixDomainSocketEndPoint _daemon;
    private readonly uint _domid;
    private readonly uint _port;
    private readonly Thread _pump;
    private volatile bool _isEnding;

    public EventSocket(string runDirectory, int domid, uint port)
    {
        _domid = (uint)domid;
        _port = port;
        string path = Path.Combine(runDirectory, $"evtchn-{domid}");
        File.Delete(path);
        _own = new UnixDomainSocketEndPoint(path);
        _daemon = new UnixDomainSocketEndPoint(Path.Combine(runDirectory, "evtchn"));
        _socket.Bind(_own);
        _pump = new Thread(Pump) { IsBackground = true, Name = $"events of domain {domid}" };
        _pump.Start();
    }

    /// <summary>Tells the daemon that there is something in the rings. A daemon that is gone is not told.</summary>
    public void Notify() => Send(_daemon, _domid, _port);

    /// <summary>Tells the daemon that the state of some domain has changed (VIRQ_DOM_EXC).</summary>
    public void NotifyOfDomains() => Send(_daemon, Virq, VirqOfDomains);

    /// <summary>Waits until <paramref name="isDone"/>, which is asked at first and after each event.</summary>
    /// <returns>False if the time was over first.</returns>
    public bool WaitUntil(Func<bool> isDone, TimeSpan timeout)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_news)
        {
            while (!isDone())
            {
                long left = end - Environment.TickCount64;
                if (left <= 0)
                    return false;
                Monitor.Wait(_news, TimeSpan.FromMilliseconds(left));
            }

            return true;
        }
    }

    public void Dispose()
    {
        _isEnding = true;
        Send(_own, 0, 0);
        _pump.Join();
        _socket.Dispose();
    }

    private void Pump()
    {
        Span<byte> datagram = stackalloc byte[8];
        while (!_isEnding)
        {
            _socket.Receive(datagram);
            lock (_news)
                Monitor.PulseAll(_news);
        }
    }

    private void Send(UnixDomainSocketEndPoint to, uint domid, uint port)
    {
        Span<byte> datagram = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(datagram, domid);
        BinaryPrimitives.WriteUInt32LittleEndian(datagram[4..], port);
        try
        {
            lock (_sending)
                _socket.SendTo(datagram, to);
        }
        catch (SocketException)
        {
            // The daemon was killed.
        }
    }
}
