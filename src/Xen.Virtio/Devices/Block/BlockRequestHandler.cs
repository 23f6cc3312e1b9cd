using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;

namespace Xen.Virtio.Devices.Block;

/// <summary>Serves the requests of one queue.</summary>
internal sealed class BlockRequestHandler(
    BlockCommands commands, BlockQueueMetrics metrics, LogRateLimiter malformedLog, string name, ILogger logger)
    : IChainHandler
{
    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        if (!BlockRequest.TryParse(chain, memory, out var request))
        {
            BlockMetrics.Malformed(metrics, ChainFault.None);
            if (malformedLog.TryEnter(out var suppressed))
                BlockLog.NoStatus(logger, name, suppressed);
            return 0;
        }

        if (request.Header is not { } header)
        {
            metrics.AddUnreadableHeader();
            return request.Finish(BlockRequestStatus.IoError, 0, stopping);
        }

        var start = metrics.Begin();
        try
        {
            return Serve(request, header, memory, stopping, ref start);
        }
        finally
        {
            if (start != 0)
                metrics.End(start);
        }
    }

    public void Rejected(ChainFault fault) => BlockMetrics.Malformed(metrics, fault);

    // Sets the start to 0 when the request has been counted.
    private uint Serve(
        BlockRequest request, BlockRequestHeader header, GuestMemoryView memory, CancellationToken stopping, ref long start)
    {
        var status = commands.Execute(request, header, memory, stopping, out var written, out var bytes);
        var used = request.Finish(status, written, stopping);
        if (stopping.IsCancellationRequested)
            return 0;

        BlockMetrics.Served(metrics, header.Type, status, bytes, start);
        start = 0;
        return used;
    }
}
