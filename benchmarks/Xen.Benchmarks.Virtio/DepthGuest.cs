using System;
using System.Diagnostics;
using System.Threading;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Benchmarks.Virtio;

/// <summary>A guest that has 32 random reads of 4 KiB under way on one queue of a block device.</summary>
internal sealed class DepthGuest : IQueueHost, IDisposable
{
    private const int UnderWay = 32;
    private const int Block = 4096;
    private const ulong FirstBuffer = 1 << 20;
    private const ulong Stride = 8192;

    private readonly PlainGuestMemory _memory = new((int)(FirstBuffer + (UnderWay * Stride)));
    private readonly IGuestQueue _queue;
    private readonly IRunningQueue _worker;
    private readonly SemaphoreSlim _interrupt = new(0);
    private readonly Random _random = new(1);
    private readonly int _blocks;
    private readonly int[] _slots = new int[256];

    internal DepthGuest(IBlockBackend disk, int depth)
    {
        const ulong Features = VirtioFeatures.EventIndex;
        _blocks = (int)(disk.Length / Block);
        _queue = GuestQueues.Create(_memory, new GuestAllocator(0x1000, FirstBuffer - 0x1000), 256, Features);
        var device = new BlockDevice(disk, new BlockDeviceOptions { Depth = depth });
        device.Activate(BlockFeatures.Flush);
        _worker = device.StartQueue(
            0, new QueueResources(_queue.Config, _memory, this, new LogRateLimiter(), new LogRateLimiter()) { Features = Features });
        _queue.SetInterruptsWanted(true);
        for (var slot = 0; slot < UnderWay; slot++)
            Add(slot);
        _worker.Ring();
    }

    public void SignalUsed() => _interrupt.Release();

    public void SignalNeedsReset() => throw new InvalidOperationException("the device needs a reset");

    /// <summary>Reads for a while.</summary>
    /// <returns>Requests per second.</returns>
    internal double Run(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            while (_queue.TryTakeUsed(out var used))
            {
                count++;
                Add(_slots[used.Head]);
                if (_queue.DeviceWantsNotification)
                    _worker.Ring();
            }

            if (_queue.SetInterruptsWanted(true))
                continue;
            if (!_interrupt.Wait(TimeSpan.FromSeconds(30)))
                throw new TimeoutException("the device does not answer");
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _worker.RequestStop();
        _worker.WaitStopped(TimeSpan.FromSeconds(30));
        _interrupt.Dispose();
    }

    private void Add(int slot)
    {
        var header = FirstBuffer + ((ulong)slot * Stride);
        new BlockRequestHeader(BlockRequestType.In, (ulong)_random.Next(_blocks) * (Block / 512))
            .Format(_memory.Span(header, BlockRequestHeader.Size));
        var head = _queue.Add(
            new GuestBuffer(header, BlockRequestHeader.Size, false), new GuestBuffer(header + 4096, Block, true),
            new GuestBuffer(header + 512, 1, true));
        _slots[head] = slot;
    }
}
