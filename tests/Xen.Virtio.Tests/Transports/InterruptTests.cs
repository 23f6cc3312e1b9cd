using System;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Transports;

public sealed class InterruptTests : IDisposable
{
    private readonly MemoryBackend _backend = new(8);
    private readonly BlockBench _bench;

    public InterruptTests()
    {
        _bench = new BlockBench(_backend);
        _bench.Driver.Start();
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Line_is_high_until_the_last_cause_is_acknowledged()
    {
        ChangeCapacity(16);
        Assert.True(_bench.Line.IsAsserted);
        _bench.Guest.WriteRegister(MmioRegister.InterruptAck, (uint)InterruptCauses.UsedBuffer);
        Assert.True(_bench.Line.IsAsserted);
        _bench.Guest.WriteRegister(MmioRegister.InterruptAck, (uint)InterruptCauses.ConfigChange);
        Assert.False(_bench.Line.IsAsserted);
    }

    [Fact]
    public void Causes_coalesce_into_one_edge()
    {
        ChangeCapacity(16);
        ChangeCapacity(24);
        Assert.Equal(1, _bench.Line.EdgeCount);
        _bench.Guest.TakeInterrupt();
        ChangeCapacity(32);
        Assert.Equal(2, _bench.Line.EdgeCount);
    }

    [Fact]
    public void Cause_that_comes_between_reading_and_acknowledging_makes_a_new_edge()
    {
        _bench.Driver.SplitQueue.MakeAvailable(0);
        _bench.Guest.Notify(0);
        Assert.True(_bench.Line.WaitForEdge(TimeSpan.FromSeconds(30)));
        var seen = _bench.Guest.ReadRegister(MmioRegister.InterruptStatus);
        Assert.Equal((uint)InterruptCauses.UsedBuffer, seen);

        ChangeCapacity(16);
        _bench.Guest.WriteRegister(MmioRegister.InterruptAck, seen);
        Assert.True(_bench.Line.WaitForEdge(TimeSpan.Zero));
        Assert.Equal(InterruptCauses.ConfigChange, _bench.Guest.TakeInterrupt());
        Assert.False(_bench.Line.IsAsserted);
    }

    [Fact]
    public void There_is_no_interrupt_before_driver_ok()
    {
        _bench.Guest.Negotiate();
        var edges = _bench.Line.EdgeCount;
        ChangeCapacity(16);
        Assert.Equal(edges, _bench.Line.EdgeCount);
        Assert.Equal(0u, _bench.Guest.ReadRegister(MmioRegister.InterruptStatus));
    }

    private void ChangeCapacity(int sectors)
    {
        _backend.Resize(sectors);
        _bench.Device.UpdateCapacity();
    }
}
