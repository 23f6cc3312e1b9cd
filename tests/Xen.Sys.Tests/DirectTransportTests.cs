using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Xen.Sys.Tests;

/// <summary>DirectTransport hands over what it is given; its buffers are pages that nobody else has.</summary>
// SAFETY: the pages are this test's own, and it touches no more than it was given of them.
public sealed unsafe class DirectTransportTests : IDisposable
{
    private const int Pages = 8;
    private const nuint PageSize = XenPage.Size;

    private static readonly ulong[] Received = new ulong[6];
    private static long s_answer;

    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc((DirectBuffers.MaximumPages + 1) * PageSize, PageSize);
    private readonly DirectBuffers* _buffers = (DirectBuffers*)NativeMemory.Alloc((nuint)sizeof(DirectBuffers));
    private readonly DirectTransport _transport;

    public DirectTransportTests()
    {
        *_buffers = new DirectBuffers(_memory, Pages);
        _transport = new DirectTransport(&Record, _buffers);
        new Span<byte>(_memory, (int)((DirectBuffers.MaximumPages + 1) * PageSize)).Fill(0xa5);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        NativeMemory.Free(_buffers);
    }

    [Fact]
    public void Arguments_arrive_in_order_and_the_answer_is_as_it_was()
    {
        s_answer = -XenAbi.XEN_EPERM;
        var result = _transport.Invoke(35, 1, ulong.MaxValue, 3, 4, 5);
        Assert.Equal([35, 1, ulong.MaxValue, 3, 4, 5], Received);
        Assert.Equal(XenAbi.XEN_EPERM, result.Errno);

        s_answer = long.MaxValue;
        Assert.Equal(long.MaxValue, _transport.Invoke(1).Value);
        Assert.Equal([1, 0, 0, 0, 0, 0], Received);
    }

    [Fact]
    public void Device_model_operation_is_a_hypercall_with_its_buffers()
    {
        s_answer = 0;
        xen_dm_op_buf* buffers = stackalloc xen_dm_op_buf[2];
        Assert.True(_transport.DeviceModelOp(new DomainId(7), buffers, 2).IsSuccess);
        Assert.Equal([(ulong)XenAbi.__HYPERVISOR_dm_op, 7, 2, (ulong)buffers, 0, 0], Received);
    }

    [Fact]
    public void Typed_hypercall_goes_through_it_and_allocates_nothing()
    {
        s_answer = 0x0004_0011;
        var version = default(XenVersion);
        Assert.Equal(0, Allocation.Least(() =>
        {
            XenVersionOp.GetVersion(_transport, out version);
            ConsoleIo.Write(_transport, "text"u8);
        }));
        Assert.Equal(new XenVersion(4, 17), version);
        Assert.Equal(4UL, Received[2]);
        Assert.InRange(Received[3], (ulong)_memory, (ulong)_memory + (Pages * PageSize) - 1);
    }

    [Fact]
    public void Buffer_is_cleared_and_one_up_to_a_page_lies_in_a_page()
    {
        foreach (nuint size in new nuint[] { 0, 1, 160, PageSize - 1, PageSize })
        {
            var buffer = (byte*)_transport.AcquireBuffer(size);
            Assert.True(buffer is not null);
            Assert.Equal(0u, (nuint)buffer % PageSize);
            Assert.Equal(-1, new ReadOnlySpan<byte>(buffer, (int)size).IndexOfAnyExcept((byte)0));
            new Span<byte>(buffer, (int)PageSize).Fill(0xa5);
            _transport.ReleaseBuffer(buffer);
        }
    }

    [Fact]
    public void What_does_not_fit_is_null_until_something_is_given_back()
    {
        var first = _transport.AcquireBuffer((Pages - 1) * PageSize);
        var second = _transport.AcquireBuffer(1);
        Assert.True(first is not null && second is not null);
        Assert.True(_transport.AcquireBuffer(1) is null);
        _transport.ReleaseBuffer(null);
        Assert.True(_transport.AcquireBuffer(1) is null);
        _transport.ReleaseBuffer(first);
        Assert.True(_transport.AcquireBuffer(Pages * PageSize) is null);
        Assert.True(_transport.AcquireBuffer((Pages - 1) * PageSize) == first);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(DirectBuffers.MaximumPages)]
    [InlineData(DirectBuffers.MaximumPages + 1)]
    public void As_many_pages_are_used_as_were_given_and_can_be(int pages)
    {
        *_buffers = new DirectBuffers(_memory, pages);
        var usable = Math.Clamp(pages, 0, DirectBuffers.MaximumPages);
        for (var i = 0; i < usable; i++)
            Assert.True(_transport.AcquireBuffer(1) == _memory + ((nuint)i * PageSize));
        Assert.True(_transport.AcquireBuffer(1) is null);
        *_buffers = new DirectBuffers(_memory, pages);
        Assert.Equal(usable > 0, _transport.AcquireBuffer((nuint)Math.Max(usable, 1) * PageSize) is not null);
        *_buffers = new DirectBuffers(null, pages);
        Assert.True(_transport.AcquireBuffer(1) is null);
    }

    [Theory]
    [InlineData(IHypercallTransport.MaximumBufferSize)]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    public void Size_beyond_all_pages_is_null(long size) => Assert.True(_transport.AcquireBuffer((nuint)size) is null);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Buffers_never_overlap_whatever_is_taken_and_given_back(int seed)
    {
        *_buffers = new DirectBuffers(_memory, DirectBuffers.MaximumPages);
        var random = new Random(seed);
        var taken = new List<(nuint Address, nuint Size)>();
        for (var i = 0; i < 5000; i++)
        {
            if (taken.Count > 0 && random.Next(2) == 0)
            {
                var chosen = random.Next(taken.Count);
                _transport.ReleaseBuffer((void*)taken[chosen].Address);
                taken.RemoveAt(chosen);
                continue;
            }

            var size = (nuint)random.Next(1, 20) * PageSize;
            var address = (nuint)_transport.AcquireBuffer(size);
            if (address == 0)
                continue;
            Assert.DoesNotContain(taken, other => address < other.Address + other.Size && other.Address < address + size);
            Assert.InRange(address + size, (nuint)_memory, (nuint)_memory + (DirectBuffers.MaximumPages * PageSize));
            taken.Add((address, size));
        }

        foreach (var (address, _) in taken)
            _transport.ReleaseBuffer((void*)address);
        Assert.True(_transport.AcquireBuffer(DirectBuffers.MaximumPages * PageSize) is not null);
    }

    [UnmanagedCallersOnly]
    private static long Record(ulong number, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        Received[0] = number;
        Received[1] = arg1;
        Received[2] = arg2;
        Received[3] = arg3;
        Received[4] = arg4;
        Received[5] = arg5;
        return s_answer;
    }
}
