using System;
using System.IO;

namespace TestSupport;

/// <summary>A domain without Xen, as its kernel is to the store's daemon: a ring, an event channel and a state.</summary>
/// <remarks>One thread may send while another receives.</remarks>
internal sealed class FakeDomain : IByteChannel, IDisposable
{
    // Any number would do: who has a channel names it.
    private const uint Port = 9;

    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(20);

    private readonly string _runDirectory;
    private readonly RingPage _ring;
    private readonly EventSocket _events;

    /// <summary>Makes a running domain that the daemon has not heard of yet.</summary>
    public FakeDomain(string runDirectory, int domid)
    {
        _runDirectory = runDirectory;
        Domid = domid;
        _ring = new RingPage(Path.Combine(runDirectory, $"ring-{domid}"));
        _events = new EventSocket(runDirectory, domid, Port);
        SetState("running");
    }

    public int Domid { get; }

    /// <summary>What the daemon has written to the page: which extensions it knows.</summary>
    public uint ServerFeatures => _ring.ServerFeatures;

    /// <summary>Has the daemon begin to serve the ring, which is emptied first: INTRODUCE, by domain 0.</summary>
    public void Introduce()
    {
        _ring.Clear();
        Ask(RawStore.Introduce, $"{Domid}\0{0x1000 + Domid}\0{Port}\0");
    }

    /// <summary>Has the daemon forget the domain: RELEASE, by domain 0.</summary>
    public void Release() => Ask(RawStore.Release, $"{Domid}\0");

    /// <summary>Sends all bytes; waits while the ring is full.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int sent = _ring.TrySend(bytes);
            bytes = bytes[sent..];
            if (sent > 0)
                _events.Notify();
            else if (!_events.WaitUntil(() => _ring.HasRoom, SendLimit))
                throw new TimeoutException($"the daemon has not emptied the ring of domain {Domid} after {SendLimit}");
        }
    }

    /// <summary>Takes what has come, as much as fits; waits for the first byte.</summary>
    /// <returns>How many bytes, at least one.</returns>
    public int Receive(Span<byte> buffer, TimeSpan timeout)
    {
        if (!_events.WaitUntil(() => _ring.HasResponses, timeout))
            throw new TimeoutException($"nothing came to domain {Domid} in {timeout}");
        int count = _ring.TryReceive(buffer);
        _events.Notify();
        return count;
    }

    /// <summary>The domain has shut down, and the daemon is told so.</summary>
    public void Shutdown() => ChangeState("shutdown");

    /// <summary>The domain has crashed, and the daemon is told so.</summary>
    public void Crash() => ChangeState("crashed");

    /// <summary>The domain is being destroyed, but still there, and the daemon is told so.</summary>
    public void BeginDestruction() => ChangeState("dying");

    /// <summary>The domain is no more, and the daemon is told so.</summary>
    public void Destroy()
    {
        File.Delete(StatePath);
        _events.NotifyOfDomains();
    }

    /// <summary>Destroys the domain, if the daemon has not been disposed of before.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_runDirectory))
            Destroy();
        _events.Dispose();
        _ring.Dispose();
    }

    private string StatePath => Path.Combine(_runDirectory, "domains", $"{Domid}");

    private void ChangeState(string state)
    {
        SetState(state);
        _events.NotifyOfDomains();
    }

    // The daemon may read at any time, and must not find half of it.
    private void SetState(string state)
    {
        string changed = Path.Combine(_runDirectory, $"new-state-{Domid}");
        File.WriteAllText(changed, state);
        File.Move(changed, StatePath, overwrite: true);
    }

    private void Ask(uint type, string payload)
    {
        using var store = RawStore.Connect(Path.Combine(_runDirectory, "socket"));
        RawReply reply = store.Ask(type, payload);
        if (reply.IsError)
            throw new InvalidOperationException($"domain {Domid}: the daemon answers {reply.Text}");
    }
}
