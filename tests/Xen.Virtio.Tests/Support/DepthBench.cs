using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Support;

/// <summary>The queues of a block device without a transport, and a driver that has many requests under way.</summary>
internal sealed class DepthBench : IDisposable
{
    /// <summary>Where the buffers are; the rings are below.</summary>
    public const ulong FirstSlot = 1 << 20;

    public const int SlotBytes = 32 << 10;
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private const int Slots = 128;

    private readonly IBlockBackend _disk;
    private readonly BlockDeviceOptions _options;
    private readonly ulong _features;
    private readonly IReadOnlyList<IQueueJournal>? _journals;
    private readonly IGuestMemory _seen;
    private readonly Stack<int> _free = new();
    private readonly List<DepthRequest> _waiting = [];
    private readonly TestHost _host = new();
    private IRunningQueue[] _workers = [];

    public DepthBench(
        IBlockBackend disk, BlockDeviceOptions options, ulong features = 0, ushort size = 128,
        IReadOnlyList<IQueueJournal>? journals = null, Func<PlainGuestMemory, IGuestMemory>? seen = null)
    {
        _disk = disk;
        _seen = seen?.Invoke(Memory) ?? Memory;
        _options = options;
        _features = features;
        _journals = journals;
        Queues = new IGuestQueue[options.QueueCount];
        var allocator = new GuestAllocator(0x1000, FirstSlot - 0x1000);
        for (var i = 0; i < Queues.Length; i++)
            Queues[i] = GuestQueues.Create(Memory, allocator, size, features);
        for (var i = 0; i < Slots; i++)
            _free.Push(i);
        Device = Start();
    }

    public PlainGuestMemory Memory { get; } = new((Slots * SlotBytes) + (int)FirstSlot);

    public IGuestQueue[] Queues { get; }

    public BlockDevice Device { get; private set; }

    public bool NeedsReset => _host.NeedsReset;

    public int Interrupts => _host.Interrupts;

    /// <summary>Requests that were not answered yet.</summary>
    public IReadOnlyList<DepthRequest> Waiting => _waiting;

    /// <summary>Makes a request available; the device is not told.</summary>
    /// <param name="queue">On which queue.</param>
    /// <param name="type">What.</param>
    /// <param name="sector">First sector.</param>
    /// <param name="data">What the data is, or is to be filled with before a read.</param>
    public DepthRequest Add(int queue, BlockRequestType type, int sector = 0, ReadOnlySpan<byte> data = default)
    {
        var slot = _free.Pop();
        var address = FirstSlot + ((ulong)slot * SlotBytes);
        var status = address + 512;
        var dataAddress = address + 1024;
        new BlockRequestHeader(type, (ulong)sector).Format(Memory.Span(address, BlockRequestHeader.Size));
        Memory.Span(status, 1)[0] = 0xff;
        data.CopyTo(Memory.Span(dataAddress, data.Length));
        var toDevice = type is BlockRequestType.In or BlockRequestType.GetId;
        var header = new GuestBuffer(address, BlockRequestHeader.Size, false);
        var answer = new GuestBuffer(status, 1, true);
        var half = (uint)(data.Length / 2);
        var head = data.IsEmpty
            ? Queues[queue].Add(header, answer)
            : Queues[queue].Add(
                header, new GuestBuffer(dataAddress, half, toDevice),
                new GuestBuffer(dataAddress + half, (uint)data.Length - half, toDevice), answer);
        var request = new DepthRequest(queue, head, slot, type, sector, data.Length, dataAddress, status);
        _waiting.Add(request);
        return request;
    }

    /// <summary>As <see cref="Add"/>, and rings the doorbell.</summary>
    public DepthRequest Submit(int queue, BlockRequestType type, int sector = 0, ReadOnlySpan<byte> data = default)
    {
        var request = Add(queue, type, sector, data);
        _workers[queue].Ring();
        return request;
    }

    public void Ring(int queue) => _workers[queue].Ring();

    /// <summary>Takes one answer, if there is one.</summary>
    public DepthRequest? TryTake(int queue)
    {
        if (!Queues[queue].TryTakeUsed(out var used))
            return null;

        // The oldest: in order, and each once.
        var index = _waiting.FindIndex(request => request.Queue == queue);
        Assert.NotEqual(-1, index);
        var oldest = _waiting[index];
        Assert.Equal(oldest.Head, used.Head);
        _waiting.RemoveAt(index);
        oldest.Used = used.Length;
        oldest.Status = (BlockRequestStatus)Memory.Span(oldest.StatusAddress, 1)[0];
        return oldest;
    }

    /// <summary>The data of a request that was taken; its slot is free then.</summary>
    public byte[] Release(DepthRequest request)
    {
        _free.Push(request.Slot);
        return Memory.Span(request.DataAddress, request.Length).ToArray();
    }

    public DepthRequest Take(int queue)
    {
        DepthRequest? request = null;
        Assert.True(SpinWait.SpinUntil(() => (request = TryTake(queue)) is not null, Long));
        return request!;
    }

    /// <summary>Asks all queues to stop.</summary>
    public void RequestStop()
    {
        foreach (var worker in _workers)
            worker.RequestStop();
    }

    public bool WaitStopped(TimeSpan timeout) => Array.TrueForAll(_workers, worker => worker.WaitStopped(timeout));

    /// <summary>Another process serves the queues from here on.</summary>
    public void Restart()
    {
        _host.NeedsReset = false;
        Device = Start();
    }

    public void Dispose()
    {
        RequestStop();
        Assert.True(WaitStopped(Long));
    }

    private BlockDevice Start()
    {
        var device = new BlockDevice(_disk, _options);
        device.Activate(BlockFeatures.Flush | BlockFeatures.ConfigWriteCache);
        if (!_options.Writeback)
            Assert.True(device.TryWriteConfig(BlockLayout.WritebackOffset, [0]));
        _workers = new IRunningQueue[Queues.Length];
        for (var i = 0; i < Queues.Length; i++)
        {
            _workers[i] = device.StartQueue(i, new QueueResources(
                Queues[i].Config, _seen, _host, new LogRateLimiter(), new LogRateLimiter())
            {
                Features = _features,
                Journal = _journals?[i],
            });
        }

        return device;
    }

    private sealed class TestHost : IQueueHost
    {
        private int _interrupts;

        public int Interrupts => Volatile.Read(ref _interrupts);

        public volatile bool NeedsReset;

        public void SignalUsed() => Interlocked.Increment(ref _interrupts);

        public void SignalNeedsReset() => NeedsReset = true;
    }
}

/// <summary>A request of a <see cref="DepthBench"/>.</summary>
internal sealed record DepthRequest(
    int Queue, ushort Head, int Slot, BlockRequestType Type, int Sector, int Length, ulong DataAddress, ulong StatusAddress)
{
    public uint Used { get; set; }

    public BlockRequestStatus Status { get; set; }

    /// <summary>What a model notes: the moment, and what is written.</summary>
    public long Submitted { get; set; }

    public ulong Value { get; set; }
}
