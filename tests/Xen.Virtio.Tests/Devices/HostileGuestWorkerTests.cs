using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// A guest that writes anything anywhere, and rings without end, while a worker serves the queue: nothing throws, the worker
/// can be stopped, and the next one serves a good guest.
/// </summary>
public sealed class HostileGuestWorkerTests(ITestOutputHelper output)
{
    private const ushort Size = 16;
    private const int MemoryLength = 1 << 16;
    private const int Rounds = 20;
    private const int Scribbles = 500;
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    public static TheoryData<ulong, int> Seeds
    {
        get
        {
            const ulong Everything = VirtioFeatures.IndirectDescriptors | VirtioFeatures.EventIndex;
            var rows = new TheoryData<ulong, int>();
            foreach (var seed in (int[])[1, 2, Random.Shared.Next()])
            {
                rows.Add(0, seed);
                rows.Add(Everything, seed);
                rows.Add(VirtioFeatures.RingPacked, seed);
                rows.Add(VirtioFeatures.RingPacked | Everything, seed);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void V2_worker_survives_a_guest_that_writes_anything_while_it_runs(ulong features, int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var logger = new ListLogger();
        var memory = new PlainGuestMemory(MemoryLength);
        var host = new Host();
        for (var round = 0; round < Rounds; round++)
        {
            var queue = GuestQueues.Create(memory, new GuestAllocator(0x1000, 0x4000), Size, features);
            var resources = new QueueResources(queue.Config, memory, host, new LogRateLimiter(), new LogRateLimiter())
            {
                Features = features,
            };
            var worker = QueueWorker.Start("hostile", resources, new Echo(), logger);
            for (var i = 0; i < Scribbles; i++)
                Scribble(memory, queue.Config, worker, random);
            worker.RequestStop();
            Assert.True(worker.WaitStopped(s_long));

            queue = GuestQueues.Create(memory, new GuestAllocator(0x1000, 0x4000), Size, features);
            var id = queue.Add(new GuestBuffer(0x8000, 4, true));
            worker = QueueWorker.Start("hostile", resources, new Echo(), logger);
            UsedElement used = default;
            Assert.True(SpinWait.SpinUntil(() => queue.TryTakeUsed(out used), s_long));
            Assert.Equal(new UsedElement(id, 4), used);
            worker.RequestStop();
            Assert.True(worker.WaitStopped(s_long));
        }

        Assert.DoesNotContain(logger.Lines, line => line.Level >= LogLevel.Error);
    }

    private static void Scribble(PlainGuestMemory memory, VirtQueueConfig config, QueueWorker worker, Random random)
    {
        var isPacked = config.UsedRing - config.AvailableRing < 16;
        switch (random.Next(8))
        {
            case 0:
                random.NextBytes(memory.Span(config.DescriptorTable + (ulong)(random.Next(Size) * 16), 16));
                break;
            case 1:
                random.NextBytes(memory.Span(config.AvailableRing, 4));
                break;
            case 2:
                random.NextBytes(memory.Span(config.UsedRing, 4));
                break;
            case 3:
                for (var i = 0; i < 50; i++)
                    worker.Ring();
                break;
            case 4:
                // The index, or what a packed queue has in its place, moves on as a good driver's does.
                memory.Span(config.AvailableRing + 2, 1)[0]++;
                worker.Ring();
                break;
            default:
                var descriptor = memory.Span(config.DescriptorTable + (ulong)(random.Next(Size) * 16), 16);
                BitConverter.TryWriteBytes(descriptor, (ulong)random.Next(MemoryLength));
                BitConverter.TryWriteBytes(descriptor[8..], random.Next(0x400));
                descriptor[12] = (byte)random.Next(isPacked ? 256 : 8);
                descriptor[14] = (byte)(isPacked ? (random.Next(2) * 0x80) | random.Next(8) : random.Next(Size + 1));
                descriptor[15] = (byte)(isPacked ? random.Next(2) * 0x80 : 0);
                worker.Ring();
                break;
        }
    }

    /// <summary>Writes over all that a chain lets it write.</summary>
    private sealed class Echo : IChainHandler
    {
        public bool NeverWaits => true;

        public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
        {
            var cursor = chain.Write(0, chain.WritableLength);
            while (cursor.TryNext(memory, out var piece))
                piece.Fill(0x5a);
            return chain.WritableLength - cursor.Remaining;
        }

        public void Rejected(ChainFault fault)
        {
            // The worker logs it.
        }
    }

    /// <summary>A broken queue is what such a guest gets.</summary>
    private sealed class Host : IQueueHost
    {
        public void SignalUsed()
        {
            // The driver looks by itself.
        }

        public void SignalNeedsReset()
        {
            // It does not care.
        }
    }
}
