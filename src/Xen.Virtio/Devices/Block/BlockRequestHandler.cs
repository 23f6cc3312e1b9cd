using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>Serves the requests of one queue.</summary>
internal sealed class BlockRequestHandler(
    BlockCommands commands, BlockQueueMetrics metrics, int depth, LogRateLimiter malformedLog, string name, ILogger logger)
    : IConcurrentChainHandler
{
    private readonly BlockSlot[] _slots = new BlockSlot[depth];
    private long _bytes;

    public int Depth => depth;

    public bool HasRoom => _bytes < BlockLimits.DepthBytes;

    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        Open(0, chain, memory, out _);
        return Serve(0, chain, memory, stopping);
    }

    public void Rejected(ChainFault fault) => BlockMetrics.Malformed(metrics, fault);

    public bool TryPrepare(int slot, DescriptorChain chain, GuestMemoryView memory)
    {
        Open(slot, chain, memory, out var request);
        ref var taken = ref _slots[slot];
        if (!taken.CanAnswer || taken.Header is not { } header
            || commands.TryPrepare(request, header, memory) is not { } transfer)
            return false;

        taken.Transfer = transfer;
        taken.HasStarted = false;
        taken.Status = null;
        taken.Length = transfer.Data.Length;
        _bytes += taken.Length;
        return true;
    }

    public void Start(int slot, Action ended)
    {
        ref var taken = ref _slots[slot];
        taken.HasStarted = true;
        taken.Transfer!.Start(ended);
    }

    public uint Serve(int slot, DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        ref readonly var taken = ref _slots[slot];
        if (!taken.CanAnswer)
        {
            BlockMetrics.Malformed(metrics, ChainFault.None);
            if (malformedLog.TryEnter(out var suppressed))
                BlockLog.NoStatus(logger, name, suppressed);
            return 0;
        }

        if (taken.Header is not { } header)
        {
            metrics.AddUnreadableHeader();
            return BlockRequest.Resume(chain, memory, null).Finish(BlockRequestStatus.IoError, 0, stopping);
        }

        var isServed = false;
        try
        {
            var request = BlockRequest.Resume(chain, memory, header);
            var status = commands.Execute(request, header, memory, stopping, out var written, out var bytes);
            return Answer(slot, request, status, written, bytes, stopping, out isServed);
        }
        finally
        {
            if (!isServed)
                metrics.End(slot);
        }
    }

    public TimeSpan TimeLeft(int slot) => _slots[slot].Status is null ? _slots[slot].Transfer!.TimeLeft : TimeSpan.Zero;

    public bool EndsAtOnce(int slot)
    {
        ref readonly var taken = ref _slots[slot];
        return taken.Status is not null || (taken.Transfer!.IsCompleted && !(IsWrite(taken) && commands.WritesThrough));
    }

    public void Wait(int slot)
    {
        ref var taken = ref _slots[slot];
        var status = taken.Transfer!.Wait() == BlockResult.Success ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
        taken.Status = IsWrite(taken) ? commands.Durable(status) : status;
    }

    public uint Finish(int slot, DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        ref var taken = ref _slots[slot];
        var isServed = false;
        try
        {
            var header = taken.Header!.Value;
            var request = BlockRequest.Resume(chain, memory, header);
            uint written = 0;
            var status = taken.Status!.Value;
            if (header.Type == BlockRequestType.In && status == BlockRequestStatus.Ok)
                status = BlockCommands.CopyIn(request, memory, taken.Transfer!.Data, out written);
            return Answer(slot, request, status, written, taken.Length, stopping, out isServed);
        }
        finally
        {
            Close(ref taken);
            if (!isServed)
                metrics.End(slot);
        }
    }

    public void Drop(int slot)
    {
        ref var taken = ref _slots[slot];
        if (taken.Transfer is { } transfer)
        {
            if (taken is { HasStarted: true, Status: null })
                transfer.Wait();
            Close(ref taken);
        }

        if (taken is { CanAnswer: true, Header: not null })
            metrics.End(slot);
    }

    private static bool IsWrite(in BlockSlot taken) => taken.Header!.Value.Type == BlockRequestType.Out;

    // Reads the header, once: a request is what it was when it was taken.
    private void Open(int slot, DescriptorChain chain, GuestMemoryView memory, out BlockRequest request)
    {
        ref var taken = ref _slots[slot];
        taken.CanAnswer = BlockRequest.TryParse(chain, memory, out request);
        taken.Header = request.Header;
        if (taken is { CanAnswer: true, Header: not null })
            metrics.Begin(slot);
    }

    private void Close(ref BlockSlot taken)
    {
        taken.Transfer!.Release();
        taken.Transfer = null;
        _bytes -= taken.Length;
    }

    // Not served if the queue stops: the request is not answered then.
    private uint Answer(
        int slot, BlockRequest request, BlockRequestStatus status, uint written, long bytes, CancellationToken stopping,
        out bool isServed)
    {
        var used = request.Finish(status, written, stopping);
        isServed = !stopping.IsCancellationRequested;
        if (!isServed)
            return 0;
        BlockMetrics.Served(metrics, slot, request.Header!.Value.Type, status, bytes);
        return used;
    }
}
