using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>The chains of a queue that have been taken and not yet given back, in the driver's order.</summary>
internal sealed class ChainWindow
{
    private readonly DescriptorChain[] _chains;
    private readonly WindowEntry[] _entries;
    private int _first;

    /// <summary>Makes an empty window.</summary>
    /// <param name="depth">Most chains.</param>
    /// <param name="maxSegments">Most segments of a chain.</param>
    public ChainWindow(int depth, int maxSegments)
    {
        _entries = new WindowEntry[depth];
        _chains = new DescriptorChain[depth];
        for (var i = 0; i < depth; i++)
            _chains[i] = new DescriptorChain(maxSegments);
    }

    /// <summary>Chains in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether another chain may be added: there is room, and the newest one is not to be served alone.</summary>
    public bool IsOpen => Count < _chains.Length && (Count == 0 || Entry(Count - 1) != WindowEntry.Alone);

    /// <summary>The slot of the oldest chain.</summary>
    public int FirstSlot => _first;

    /// <summary>The oldest chain.</summary>
    public DescriptorChain First => _chains[_first];

    /// <summary>What the oldest chain is.</summary>
    public WindowEntry FirstEntry => _entries[_first];

    /// <summary>The slot that the next chain gets.</summary>
    public int NextSlot => Slot(Count);

    /// <summary>The chain of that slot, to be filled.</summary>
    public DescriptorChain Next => _chains[NextSlot];

    /// <summary>What a chain is.</summary>
    /// <param name="index">0 for the oldest.</param>
    public WindowEntry Entry(int index) => _entries[Slot(index)];

    /// <summary>Adds <see cref="Next"/>.</summary>
    public void Add(WindowEntry entry)
    {
        _entries[NextSlot] = entry;
        Count++;
    }

    /// <summary>Removes the oldest chain. What it was stays in its slot until another one takes it.</summary>
    public void RemoveFirst()
    {
        _first = Slot(1);
        Count--;
    }

    /// <summary>The slot of a chain, or of one to come.</summary>
    /// <param name="index">0 for the oldest.</param>
    public int Slot(int index)
    {
        var slot = _first + index;
        return slot < _chains.Length ? slot : slot - _chains.Length;
    }
}
