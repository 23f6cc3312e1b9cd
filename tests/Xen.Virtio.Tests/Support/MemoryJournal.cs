using Xen.Virtio.Queues;

namespace Xen.Virtio.Tests.Support;

/// <summary>A journal that outlives a transport, but not the test.</summary>
internal sealed class MemoryJournal : IQueueJournal
{
    private readonly object _gate = new();
    private QueuePosition? _position;

    public int Clears { get; private set; }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _position is null;
        }
    }

    public bool TryLoad(out QueuePosition position)
    {
        lock (_gate)
        {
            position = _position.GetValueOrDefault();
            return _position is not null;
        }
    }

    public void Save(in QueuePosition position)
    {
        lock (_gate)
            _position = position;
    }

    public void Clear()
    {
        lock (_gate)
        {
            Clears++;
            _position = null;
        }
    }
}
