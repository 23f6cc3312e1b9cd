using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Testing.Virtio;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Queues;

/// <summary>
/// A process that serves a queue is killed, and another one goes on: every chain is given back once, and served again only
/// if it had not been given back.
/// </summary>
public sealed class QueueResumeTests
{
    private const ushort Size = 8;
    private const ulong Buffer = QueueBench.Buffer;
    private const ulong Packed = VirtioFeatures.RingPacked;

    private readonly MemoryJournal _journal = new();
    private readonly Dictionary<ushort, int> _served = [];

    /// <summary>Where the process is killed, of the steps that a chain takes.</summary>
    public enum KillPoint
    {
        /// <summary>When the chain has been copied, before the handler.</summary>
        Taken,

        /// <summary>After the handler.</summary>
        Executed,

        /// <summary>When the journal knows that the chain is about to be given back (a packed queue tells it).</summary>
        Announced,

        /// <summary>When the driver can see the chain used, and the journal does not know.</summary>
        Published,

        /// <summary>When the journal knows.</summary>
        Done,
    }

    public static TheoryData<ulong, KillPoint, int> Kills
    {
        get
        {
            var rows = new TheoryData<ulong, KillPoint, int>();
            foreach (var features in (ulong[])[0, Packed, VirtioFeatures.InOrder, Packed | VirtioFeatures.InOrder])
            {
                foreach (var point in Enum.GetValues<KillPoint>())
                {
                    // Each chain of two laps of the ring.
                    for (var chain = 0; chain < 8; chain++)
                        rows.Add(features, point, chain);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public void Killed_worker_is_followed_by_one_that_gives_each_chain_back_once(
        ulong features, KillPoint point, int killed)
    {
        var bench = new QueueBench(features, Size, _journal);
        var returned = new List<ushort>();
        var added = new List<ushort>();
        for (var i = 0; i < 8; i++)
        {
            // Two are available at any time; of one to three descriptors each.
            while (added.Count < Math.Min(i + 2, 8))
                added.Add(bench.Driver.Add(Enumerable.Repeat(new GuestBuffer(Buffer, 1, true), 1 + (added.Count % 3)).ToArray()));

            var servedBefore = _served.Values.Sum();
            if (i == killed)
            {
                Serve(bench, point);
                Assert.True(bench.Restart());
            }

            var isDone = i == killed && point >= KillPoint.Published;
            if (!isDone)
                Serve(bench, null);
            var times = i == killed && point is KillPoint.Executed or KillPoint.Announced ? 2 : 1;
            Assert.Equal(servedBefore + times, _served.Values.Sum());
            while (bench.Driver.TryTakeUsed(out var used))
                returned.Add((ushort)used.Head);
            Assert.Equal(i + 1, returned.Count);
        }

        Assert.Equal(added, returned);
        Assert.Equal(TakeResult.Empty, bench.Take());
        Assert.Equal(0, bench.Driver.InFlight);
    }

    // The driver has taken the chain back and made its slots available again, before the next process looks.
    [Theory]
    [InlineData(0)]
    [InlineData(Packed)]
    public void Slot_that_the_driver_has_used_again_is_not_taken_for_the_old_chain(ulong features)
    {
        var bench = new QueueBench(features, Size, _journal);
        var all = Enumerable.Repeat(new GuestBuffer(Buffer, 1, true), Size).ToArray();
        for (var i = 0; i < 3; i++)
        {
            bench.Driver.Add(all);
            Serve(bench, KillPoint.Published);
            Assert.True(bench.Driver.TryTakeUsed(out _));
            bench.Driver.Add(all);
            bench.Restart();
            Serve(bench, null);
            Assert.True(bench.Driver.TryTakeUsed(out _));
            Assert.Equal(TakeResult.Empty, bench.Take());
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void Head_that_names_nothing_is_passed_by_once_whenever_the_process_ends(int savesUntilKilled)
    {
        var bench = new QueueBench(0, Size, _journal);
        var driver = (GuestQueue)bench.Driver;
        driver.Add(new GuestBuffer(Buffer, 1, true));
        Serve(bench, null);
        driver.MakeAvailable(Size);
        driver.MakeAvailable(ushort.MaxValue);
        driver.Add(new GuestBuffer(Buffer, 1, true));

        _journal.SavesUntilKilled = savesUntilKilled;
        for (var i = 0; i < 2; i++)
        {
            if (savesUntilKilled == i)
            {
                Assert.Equal(TakeResult.Malformed, bench.Take());
                Assert.Throws<KilledException>(() => bench.Queue.Pass(bench.Chain));
                _journal.SavesUntilKilled = -1;
                Assert.True(bench.Restart());
            }

            Assert.Equal(TakeResult.Malformed, bench.Take());
            Assert.Equal(ChainFault.HeadOutOfRange, bench.Chain.Fault);
            bench.Queue.Pass(bench.Chain);
        }

        Assert.True(bench.Restart());
        Assert.Equal(2, bench.Queue.Position.NextAvailable - bench.Queue.Position.NextUsed);
        Serve(bench, null);
        Assert.Equal(TakeResult.Empty, bench.Take());
        Assert.Equal(2, driver.DeviceUsedIndex);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Packed)]
    public void Malformed_chain_is_given_back_once_whenever_the_process_ends(ulong features)
    {
        foreach (var point in Enum.GetValues<KillPoint>())
        {
            _journal.Clear();
            var bench = new QueueBench(features, Size, _journal);
            var id = bench.Driver.AddDescriptors(
                new Descriptor(Buffer, 1, DescriptorFlags.Write, 0), new Descriptor(Buffer, 1, 0, 0));
            Serve(bench, point);
            bench.Restart();
            if (point < KillPoint.Published)
                Serve(bench, null);
            Assert.True(bench.Driver.TryTakeUsed(out var used));
            Assert.Equal(id, used.Head);
            Assert.False(bench.Driver.TryTakeUsed(out _));
            Assert.Equal(TakeResult.Empty, bench.Take());
        }
    }

    // Such a guest may lose what is its own, no more.
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(0x8000)]
    [InlineData(ushort.MaxValue)]
    public void Used_index_that_the_guest_has_invented_is_not_believed(int ahead)
    {
        var bench = new QueueBench(0, Size, _journal);
        for (var i = 0; i < 3; i++)
        {
            bench.Driver.Add(new GuestBuffer(Buffer, 1, true));
            Serve(bench, null);
        }

        var before = bench.Queue.Position;
        BitConverter.TryWriteBytes(bench.Memory.Span(bench.Driver.Config.UsedRing + 2, 2), (ushort)(3 + ahead));
        Assert.True(bench.Restart());
        Assert.Equal(before, bench.Queue.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Packed)]
    public void Without_a_position_the_queue_starts_from_the_beginning(ulong features)
    {
        var bench = new QueueBench(features, Size, _journal);
        Assert.False(bench.IsResumed);
        bench.Driver.Add(new GuestBuffer(Buffer, 1, true));
        Serve(bench, null);
        Assert.True(bench.Driver.TryTakeUsed(out _));
    }

    public static TheoryData<ulong, int, bool> KillsWithSeveralOut => new MatrixTheoryData<ulong, int, bool>(
        [0, Packed, VirtioFeatures.InOrder, Packed | VirtioFeatures.InOrder], Enumerable.Range(0, 8), [false, true]);

    // Killed before or after each save of a transfer of three chains, of which the first has two descriptors.
    [Theory]
    [MemberData(nameof(KillsWithSeveralOut))]
    public void Chains_that_were_begun_together_are_known_as_begun(ulong features, int saves, bool diesAfterSave)
    {
        var bench = new QueueBench(features, Size, _journal);
        ushort[] heads =
        [
            bench.Driver.Add(new(Buffer, 1, false), new(Buffer, 1, true)),
            bench.Driver.Add(new GuestBuffer(Buffer, 1, true)), bench.Driver.Add(new GuestBuffer(Buffer, 1, true)),
        ];
        var last = bench.Driver.Add(new GuestBuffer(Buffer, 1, true));
        var hasBegun = saves > 0 || diesAfterSave;
        var chains = new DescriptorChain[3];
        _journal.SavesUntilKilled = saves;
        _journal.DiesAfterSave = diesAfterSave;
        try
        {
            for (var i = 0; i < chains.Length; i++)
            {
                chains[i] = new DescriptorChain(bench.Queue.MaxSegments);
                Assert.Equal(TakeResult.Chain, bench.TakeInto(chains[i]));
            }

            bench.Queue.Begin(3);
            foreach (var chain in chains)
                bench.Complete(chain, 1);
        }
        catch (KilledException)
        {
            // As it was told.
        }

        _journal.SavesUntilKilled = -1;
        var givenBack = 0;
        for (; bench.Driver.TryTakeUsed(out var used); givenBack++)
            Assert.Equal(heads[givenBack], used.Head);
        Assert.True(hasBegun || givenBack == 0);

        bench.Restart();
        Assert.Equal(hasBegun ? 3 - givenBack : 0, bench.Queue.Begun);
        foreach (var head in (ushort[])[.. heads[givenBack..], last])
        {
            Assert.Equal(TakeResult.Chain, bench.Take());
            Assert.Equal(head, bench.Chain.Head);
            bench.Complete(1);
            Assert.True(bench.Driver.TryTakeUsed(out var used));
            Assert.Equal(head, used.Head);
        }

        Assert.Equal(TakeResult.Empty, bench.Take());
        Assert.Equal(0, bench.Queue.Begun);
    }

    [Fact]
    public void Position_of_a_longer_packed_queue_is_none()
    {
        _journal.Save(new QueuePosition(Size, true, 0, true));
        Assert.False(new QueueBench(Packed, Size, _journal).IsResumed);
        _journal.Save(new QueuePosition(0, true, Size, true));
        Assert.False(new QueueBench(Packed, Size, _journal).IsResumed);
    }

    [Theory]
    [InlineData(0, false, 0, false)]
    [InlineData(ushort.MaxValue, true, 0, false)]
    [InlineData(0, false, ushort.MaxValue, true)]
    [InlineData(0x1234, true, 0x5678, false)]
    public void Position_is_one_word(ushort available, bool availableWrap, ushort used, bool usedWrap)
    {
        var position = new QueuePosition(available, availableWrap, used, usedWrap);
        Assert.Equal(position, QueuePosition.FromBits(position.ToBits()));
        Assert.Equal(0u, position.ToBits() >> 34);
        foreach (var begun in (byte[])[1, QueuePosition.MaxBegun])
        {
            Assert.Equal(position with { Begun = begun }, QueuePosition.FromBits((position with { Begun = begun }).ToBits()));
            Assert.Equal(0u, (position with { Begun = begun }).ToBits() >> 40);
        }
    }

    // Serves one chain, up to the point where the process ends, or to the end.
    private void Serve(QueueBench bench, KillPoint? killed)
    {
        try
        {
            Assert.NotEqual(TakeResult.Empty, bench.Take());
            if (killed == KillPoint.Taken)
                return;

            _served[bench.Chain.Head] = _served.GetValueOrDefault(bench.Chain.Head) + 1;
            if (killed == KillPoint.Executed)
                return;

            var isPacked = (bench.Driver.Features & Packed) != 0;
            if (killed == KillPoint.Announced && !isPacked)
                return;
            _journal.SavesUntilKilled = killed switch
            {
                KillPoint.Announced => 0,
                KillPoint.Published => isPacked ? 1 : 0,
                _ => -1,
            };
            _journal.DiesAfterSave = killed == KillPoint.Announced;
            bench.Complete(1);
        }
        catch (KilledException)
        {
            // As it was told.
        }
        finally
        {
            _journal.SavesUntilKilled = -1;
            _journal.DiesAfterSave = false;
        }
    }
}
