using System;
using System.Threading;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>How fast a guest may take random bytes.</summary>
public sealed class EntropyRateTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Guest_gets_the_burst_at_once_and_then_as_the_rate_says()
    {
        using var bench = new TransportBench(TransportKind.Mmio, Create(rate: 100, burst: 64));
        var queue = Start(bench);
        Assert.Equal(48u, Request(bench, queue, 48));
        Assert.Equal(16u, Request(bench, queue, 48));

        // Starved: it waits, and then gets what there is, at least a byte.
        Add(bench, queue, 48);
        AwaitWaiting();
        Assert.False(queue.TryTakeUsed(out _));
        _time.Advance(TimeSpan.FromMilliseconds(101));
        Assert.Equal(10u, bench.Guest.WaitUsed(queue).Length);

        // In the long run no more than the rate.
        uint total = 0;
        for (var i = 0; i < 50; i++)
        {
            Add(bench, queue, 1000);
            AwaitWaiting();
            _time.Advance(TimeSpan.FromMilliseconds(200));
            total += bench.Guest.WaitUsed(queue).Length;
        }

        Assert.InRange(total, 990u, 1001u);
    }

    [Fact]
    public void Byte_a_second_is_a_byte_a_second()
    {
        using var bench = new TransportBench(TransportKind.PciMessages, Create(rate: 1, burst: 1));
        var queue = Start(bench);
        Assert.Equal(1u, Request(bench, queue, 16));
        Add(bench, queue, 16);
        AwaitWaiting();
        _time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal(1u, bench.Guest.WaitUsed(queue).Length);
    }

    [Fact]
    public void Pause_saves_up_no_more_than_the_burst()
    {
        using var bench = new TransportBench(TransportKind.Mmio, Create(rate: 100, burst: 64));
        var queue = Start(bench);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(64u, Request(bench, queue, 1000));
    }

    [Fact]
    public void Reset_does_not_wait_for_a_starved_request_and_brings_no_new_burst()
    {
        using var bench = new TransportBench(
            TransportKind.Mmio, Create(rate: 1, burst: 64), stopTimeout: TimeSpan.FromMinutes(5));
        var queue = Start(bench);
        Assert.Equal(64u, Request(bench, queue, 64));
        Add(bench, queue, 64);
        AwaitWaiting();
        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.None, bench.Guest.Status);
        queue = Start(bench);
        Add(bench, queue, 64);
        AwaitWaiting();
        Assert.False(queue.TryTakeUsed(out _));
        bench.End();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 1)]
    public void Limits_are_numbers_above_0(int rate, int burst) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(rate, burst));

    private EntropyDevice Create(int rate, int burst) =>
        new(limit: new EntropyRateLimit(rate, burst) { Time = _time });

    // The worker has a timer while it waits for more.
    private void AwaitWaiting() =>
        Assert.True(SpinWait.SpinUntil(() => _time.Timers == 1, TimeSpan.FromSeconds(30)));

    private static IGuestQueue Start(TransportBench bench)
    {
        bench.Guest.Negotiate();
        var queue = bench.Guest.SetUpQueue(0);
        bench.Guest.SetDriverOk();
        return queue;
    }

    private static void Add(TransportBench bench, IGuestQueue queue, uint length)
    {
        queue.Add(new GuestBuffer(0x50_0000, length, true));
        bench.Guest.Notify(0);
    }

    private static uint Request(TransportBench bench, IGuestQueue queue, uint length)
    {
        Add(bench, queue, length);
        return bench.Guest.WaitUsed(queue).Length;
    }
}
