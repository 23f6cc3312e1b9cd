using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Threading;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Virtio.Devices;
using Xen.Virtio.Queues;

namespace Xen.DeviceModel.Tests;

/// <summary>A queue whose rings and buffers are granted: the guest takes each buffer back as soon as it is used.</summary>
public sealed class GrantedQueueTests : IChainHandler, IQueueHost
{
    private const int Size = 8;
    private const int RingFrame = 16;
    private const int AvailableOffset = 0x200;
    private const int UsedOffset = 0x1000;
    private const int BufferFrame = 32;

    private int _resets;

    bool IChainHandler.NeverWaits => true;

    uint IChainHandler.Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        Span<byte> data = stackalloc byte[64];
        Assert.True(chain.TryCopyFrom(memory, 0, data));
        for (var i = 0; i < data.Length; i++)
            data[i] ^= 0xff;
        Assert.True(chain.TryCopyTo(memory, 0, data));
        return (uint)data.Length;
    }

    void IChainHandler.Rejected(ChainFault fault)
    {
    }

    void IQueueHost.SignalUsed()
    {
    }

    void IQueueHost.SignalNeedsReset() => Interlocked.Increment(ref _resets);

    [Theory]
    [InlineData(GrantGuestMemory.DefaultPageLimit)]
    [InlineData(7)]
    public void Buffers_are_the_guests_again_when_it_sees_them_used_and_rings_when_the_queue_has_stopped(int pageLimit)
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7);
        using var grants = xen.Linux.OpenGrantTable();
        using var memory = new GrantGuestMemory(grants, domain.Id, null, pageLimit);
        var ring = domain.Grant(RingFrame, default);
        Assert.Equal(ring.Value + 1, domain.Grant(RingFrame + 1, default).Value);
        var start = Address(ring);
        var config = new VirtQueueConfig(Size, start, start + AvailableOffset, start + UsedOffset);
        var worker = QueueWorker.Start("test", new QueueResources(config, memory, this, new(), new()), this);
        for (ushort round = 0; round < 300; round++)
        {
            var (source, target) = (BufferFrame + (round % 4), BufferFrame + 8 + (round % 4));
            domain.Memory.Slice((source << 12) + 8, 64).Fill((byte)round);
            var read = domain.Grant((ulong)source, default, isReadOnly: true);
            var write = domain.Grant((ulong)target, default);
            Put(domain, 0, Address(read) + 8, flags: 1, next: 1);
            Put(domain, 1, Address(write) + 16, flags: 2, next: 0);
            Index(domain, AvailableOffset + 4 + (round % Size * 2)) = 0;
            Volatile.Write(ref Index(domain, AvailableOffset + 2), (ushort)(round + 1));
            worker.Ring();
            Assert.True(SpinWait.SpinUntil(
                () => Volatile.Read(ref Index(domain, UsedOffset + 2)) == (ushort)(round + 1), TimeSpan.FromSeconds(30)));
            Assert.True(domain.TryRevoke(read));
            Assert.True(domain.TryRevoke(write));
            Assert.Equal((byte)~round, domain.Memory[(target << 12) + 16 + 63]);
        }

        worker.RequestStop();
        Assert.True(worker.WaitStopped(TimeSpan.FromSeconds(30)));
        Assert.Equal((0, 0, 0), (_resets, memory.MappedPages, xen.Linux.GrantMappingCount));
        Assert.True(domain.TryRevoke(ring));
    }

    private static ulong Address(GrantReference reference) =>
        GrantGuestMemory.GrantBit | ((ulong)reference.Value << XenPage.Shift);

    private static Span<byte> Ring(SimulatedDomain domain) => domain.Memory[(RingFrame << XenPage.Shift)..];

    private static ref ushort Index(SimulatedDomain domain, int offset) =>
        ref MemoryMarshal.AsRef<ushort>(Ring(domain)[offset..]);

    private static void Put(SimulatedDomain domain, int index, ulong address, ushort flags, ushort next)
    {
        var descriptor = Ring(domain)[(index * 16)..];
        BinaryPrimitives.WriteUInt64LittleEndian(descriptor, address);
        BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], 64);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[12..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(descriptor[14..], next);
    }
}
