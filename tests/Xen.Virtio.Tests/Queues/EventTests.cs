using System;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

/// <summary>Who tells whom when: notifications and interrupts, by flags and by indices.</summary>
public sealed class EventTests
{
    private const ushort Size = 8;
    private const ulong Buffer = QueueBench.Buffer;

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Interrupts_are_wanted_unless_the_driver_says_no(ulong features)
    {
        var bench = new QueueBench(features);
        bench.Driver.SetInterruptsWanted(true);
        Assert.False(bench.ShouldInterrupt());
        Serve(bench);
        Assert.True(bench.ShouldInterrupt());
        Assert.False(bench.ShouldInterrupt());

        bench.Driver.SetInterruptsWanted(false);
        for (var i = 0; i < 3; i++)
        {
            Serve(bench);
            Assert.False(bench.ShouldInterrupt());
        }

        Assert.True(bench.Driver.TryTakeUsed(out _));
        Assert.True(bench.Driver.SetInterruptsWanted(true));
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Driver_that_names_an_event_is_interrupted_once_until_it_names_another(ulong features)
    {
        var bench = new QueueBench(features);
        var used = 0;
        for (var round = 0; round < 70_000 / 3; round++)
        {
            Assert.False(bench.Driver.SetInterruptsWanted(true));
            Serve(bench);
            Assert.True(bench.ShouldInterrupt());
            Serve(bench);
            Assert.False(bench.ShouldInterrupt());
            Serve(bench);
            Assert.False(bench.ShouldInterrupt());
            while (bench.Driver.TryTakeUsed(out _))
                used++;
        }

        Assert.Equal(70_000 / 3 * 3, used);
    }

    // The event may be any of those that are decided together, or none.
    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Event_is_met_by_a_batch_if_and_only_if_it_lies_in_it(ulong features)
    {
        var isPacked = (features & VirtioFeatures.RingPacked) != 0;
        var bench = new QueueBench(features);
        var position = 0;
        for (var round = 0; round < 200; round++)
        {
            for (var batch = 1; batch <= Size; batch++)
            {
                // The last one in the past and the next Size in the future, from where the queue stands.
                var distance = (round % (Size + 2)) - 1;
                WriteEvent(bench, isPacked, position + distance);
                for (var i = 0; i < batch; i++)
                    Serve(bench);
                Assert.Equal(distance >= 0 && distance < batch, bench.ShouldInterrupt());
                position += batch;
                while (bench.Driver.TryTakeUsed(out _))
                {
                    // Room for the next batch.
                }
            }
        }
    }

    [Theory]
    [InlineData(PackedRing.EventsEnabled, true)]
    [InlineData(PackedRing.EventsDisabled, false)]
    [InlineData(PackedRing.EventsAtDescriptor, true)]
    [InlineData(3, true)]
    public void Event_at_a_descriptor_that_was_not_negotiated_is_an_event_at_each(ushort flags, bool expected)
    {
        var bench = new QueueBench(VirtioFeatures.RingPacked);
        BitConverter.TryWriteBytes(bench.Memory.Span(bench.Driver.Config.AvailableRing, 4), ((uint)flags << 16) | 0x8005u);
        Serve(bench);
        Assert.Equal(expected, bench.ShouldInterrupt());
    }

    [Theory]
    [MemberData(nameof(QueueKinds.All), MemberType = typeof(QueueKinds))]
    public void Allowing_notifications_tells_of_what_came_while_they_were_suppressed(ulong features)
    {
        var bench = new QueueBench(features);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(bench.AllowNotifications());
            bench.Driver.Add(new GuestBuffer(Buffer, 1, false));
            Assert.True(bench.Driver.DeviceWantsNotification);

            bench.SuppressNotifications();
            bench.Driver.Add(new GuestBuffer(Buffer, 1, false), new GuestBuffer(Buffer, 1, false));
            Assert.False(bench.Driver.DeviceWantsNotification);
            Assert.True(bench.AllowNotifications());
            for (var j = 0; j < 2; j++)
            {
                Assert.Equal(TakeResult.Chain, bench.Take());
                bench.Complete(0);
                Assert.True(bench.Driver.TryTakeUsed(out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(QueueKinds.Layouts), MemberType = typeof(QueueKinds))]
    public void Suppression_with_event_indices_leaves_what_the_standard_forbids_to_touch(ulong features)
    {
        var bench = new QueueBench(features);
        bench.SuppressNotifications();
        var area = bench.Memory.Span(bench.Driver.Config.UsedRing, 4);
        var flags = (features & VirtioFeatures.RingPacked) != 0 ? area[2] : area[0];
        Assert.Equal((features & VirtioFeatures.RingPacked) != 0 ? PackedRing.EventsDisabled : 0, flags);
    }

    private static void Serve(QueueBench bench)
    {
        bench.Driver.Add(new GuestBuffer(Buffer, 1, true));
        Assert.Equal(TakeResult.Chain, bench.Take());
        bench.Complete(1);
    }

    // Each chain takes one descriptor, so that both kinds count the same.
    private static void WriteEvent(QueueBench bench, bool isPacked, int position)
    {
        var config = bench.Driver.Config;
        if (isPacked)
        {
            var wrap = (position + Size) / Size % 2 != 0;
            var wish = (uint)((position + Size) % Size) | (wrap ? 0x8000u : 0) | ((uint)PackedRing.EventsAtDescriptor << 16);
            BitConverter.TryWriteBytes(bench.Memory.Span(config.AvailableRing, 4), wish);
        }
        else
        {
            BitConverter.TryWriteBytes(bench.Memory.Span(config.AvailableRing + 4 + (2 * Size), 2), (ushort)position);
        }
    }
}
