using System;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Virtio.Tests.Devices;

public sealed class EntropyDeviceTests
{
    private readonly CountingSource _source = new();

    [Fact]
    public void Driver_gets_random_bytes_through_a_transport()
    {
        var memory = new PlainGuestMemory(16 << 20);
        var line = new TestInterruptLine();
        using var transport = new VirtioMmioTransport(new EntropyDevice(), memory, line);
        var guest = new GuestDriver(transport, memory, line);
        Assert.Equal((uint)VirtioDeviceId.Entropy, guest.ReadRegister(MmioRegister.DeviceId));
        guest.Negotiate();
        Assert.False(guest.TryReadConfig(0, stackalloc byte[1]));
        var queue = guest.SetUpQueue(0);
        guest.SetDriverOk();

        var buffer = guest.Allocator.Allocate(64);
        var before = memory.Span(buffer, 64).ToArray();
        queue.Add(new GuestBuffer(buffer, 64, true));
        guest.Notify(0);
        Assert.Equal(64u, guest.WaitUsed(queue).Length);

        // 64 random bytes are not all zero more often than a computer breaks.
        Assert.NotEqual(before, memory.Span(buffer, 64).ToArray());
        guest.Reset();
    }

    [Fact]
    public void Every_writable_byte_is_filled_and_no_other()
    {
        var bench = new QueueBench(0);
        bench.Driver.Add(
            new(QueueBench.Buffer, 16, false), new(QueueBench.Buffer + 32, 3, true), new(QueueBench.Buffer + 64, 5, true));
        Assert.Equal(8u, Handle(bench));
        var memory = bench.Memory.Span(QueueBench.Buffer, 128);
        Assert.Equal(8, memory.Count<byte>(0xaa));
        Assert.Equal([0xaa, 0xaa, 0xaa, 0], memory.Slice(32, 4).ToArray());
        Assert.Equal([0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0], memory.Slice(64, 6).ToArray());
    }

    [Fact]
    public void Request_is_bounded_whatever_its_length()
    {
        var bench = new QueueBench(0);
        bench.Driver.Add(new GuestBuffer(QueueBench.Buffer, 2 << 20, true), new GuestBuffer(0, 0x8000_0000, true));
        Assert.Equal(EntropyDevice.MaxBytesPerRequest, Handle(bench));
        Assert.Equal(EntropyDevice.MaxBytesPerRequest, _source.Bytes);
    }

    [Fact]
    public void What_is_not_memory_is_not_filled_and_not_counted()
    {
        var bench = new QueueBench(0);
        bench.Driver.Add(new GuestBuffer(QueueBench.Buffer, 8, true), new GuestBuffer(0x4000_0000, 8, true));
        Assert.Equal(8u, Handle(bench));

        bench = new QueueBench(0);
        bench.Driver.Add(new GuestBuffer(QueueBench.Buffer, 8, false));
        Assert.Equal(0u, Handle(bench));
    }

    private uint Handle(QueueBench bench)
    {
        Assert.Equal(TakeResult.Chain, bench.Take());
        using GuestMemoryView view = bench.Memory.Enter();
        return new EntropyDevice(_source).Handle(bench.Chain, view, CancellationToken.None);
    }

    private sealed class CountingSource : IEntropySource
    {
        public uint Bytes { get; private set; }

        public void Fill(Span<byte> destination)
        {
            Bytes += (uint)destination.Length;
            destination.Fill(0xaa);
        }
    }
}
