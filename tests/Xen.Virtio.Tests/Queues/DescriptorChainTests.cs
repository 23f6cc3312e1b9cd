using System.Collections.Generic;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Tests.Queues;

public sealed class DescriptorChainTests
{
    private readonly PlainGuestMemory _memory = new(new GuestBank(0, 8 << 20), new GuestBank(0x4000_0000, 0x1000));

    [Fact]
    public void Pieces_never_cross_a_mebibyte_boundary()
    {
        var chain = Chain(new GuestBuffer((1 << 20) - 10, (2 << 20) + 30, true));
        using var view = _memory.Enter();
        var cursor = chain.Write(0, chain.WritableLength);
        var lengths = new List<int>();
        while (cursor.TryNext(view, out var piece))
            lengths.Add(piece.Length);

        Assert.Equal([10, 1 << 20, 1 << 20, 20], lengths);
        Assert.Equal(0u, cursor.Remaining);
    }

    [Fact]
    public void Walk_stops_where_memory_ends_and_says_how_much_is_left()
    {
        var chain = Chain(new(0x100, 16, true), new(0x4000_0ff8, 16, true), new(0x200, 16, true));
        using var view = _memory.Enter();
        var cursor = chain.Write(0, chain.WritableLength);

        Assert.True(cursor.TryNext(view, out var first));
        Assert.Equal(16, first.Length);
        Assert.False(cursor.TryNext(view, out _));
        Assert.False(cursor.TryNext(view, out _));
        Assert.Equal(32u, cursor.Remaining);
    }

    [Fact]
    public void Copies_see_one_run_of_bytes_however_it_is_cut()
    {
        var chain = Chain(new(0x100, 3, false), new(0x200, 1, false), new(0x300, 5, false), new(0x400, 2, true), new(0x500, 7, true));
        for (byte i = 0; i < 3; i++)
            _memory.Span(0x100, 3)[i] = i;
        _memory.Span(0x200, 1)[0] = 3;
        for (byte i = 0; i < 5; i++)
            _memory.Span(0x300, 5)[i] = (byte)(4 + i);
        using var view = _memory.Enter();

        var read = new byte[7];
        Assert.True(chain.TryCopyFrom(view, 1, read));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], read);
        Assert.True(chain.TryCopyTo(view, 1, [10, 11, 12]));
        Assert.Equal([0, 10], _memory.Span(0x400, 2).ToArray());
        Assert.Equal([11, 12, 0, 0, 0, 0, 0], _memory.Span(0x500, 7).ToArray());
    }

    [Fact]
    public void Copies_beyond_the_chain_are_refused()
    {
        var chain = Chain(new(0x100, 4, false), new(0x200, 4, true));
        using var view = _memory.Enter();
        Assert.False(chain.TryCopyFrom(view, 1, new byte[4]));
        Assert.False(chain.TryCopyFrom(view, uint.MaxValue, new byte[4]));
        Assert.False(chain.TryCopyTo(view, 4, [1]));
    }

    private DescriptorChain Chain(params GuestBuffer[] buffers)
    {
        var driver = new GuestQueue(_memory, new GuestAllocator(0x10000, 0x4000), 8);
        var chain = new DescriptorChain(8);
        driver.Add(buffers);
        using var view = _memory.Enter();
        var queue = VirtQueue.Create(driver.Config, 0);
        Assert.True(queue.TryOpen(view, out var rings));
        Assert.Equal(TakeResult.Chain, queue.TryTake(rings, chain));
        return chain;
    }
}
