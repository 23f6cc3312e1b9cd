using System;
using System.Collections.Generic;

namespace Xen.Testing.Virtio;

/// <summary>The chains that the device has, in the order in which it got them.</summary>
/// <param name="inOrder">Whether it must give them back in this order.</param>
internal sealed class GuestChains(bool inOrder)
{
    private readonly Dictionary<ushort, ushort[]> _descriptors = [];
    private readonly Queue<ushort> _order = new();

    public int Count => _descriptors.Count;

    public bool Contains(uint id) => id <= ushort.MaxValue && _descriptors.ContainsKey((ushort)id);

    public void Add(ushort id, ushort[] descriptors)
    {
        if (!_descriptors.TryAdd(id, descriptors))
            throw new InvalidOperationException($"chain {id} is in flight already");
        if (inOrder)
            _order.Enqueue(id);
    }

    public ushort[] Remove(uint id)
    {
        if (!Contains(id) || !_descriptors.Remove((ushort)id, out var descriptors))
            throw new InvalidOperationException($"the device gave back chain {id}, which it did not have");
        if (inOrder && _order.Dequeue() != id)
            throw new InvalidOperationException($"the device gave back chain {id} out of order");
        return descriptors;
    }
}
