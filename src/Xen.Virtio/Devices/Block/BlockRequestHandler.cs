using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>Serves block requests. Data moves between guest memory and back end in place, piece by piece.</summary>
internal sealed class BlockRequestHandler(
    IBlockBackend backend, BlockConfig config, bool readOnly, byte[] id, BlockMetrics metrics, string name,
    ILogger logger) : IChainHandler
{
    private readonly LogRateLimiter _malformedLog = new();

    /// <summary>Whether each write is made durable before it completes. Set while no queue runs.</summary>
    public bool WriteThrough { get; set; }

    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        if (!BlockRequest.TryParse(chain, memory, out var request))
        {
            metrics.Malformed(ChainFault.None);
            if (_malformedLog.TryEnter(out var suppressed))
                BlockLog.NoStatus(logger, name, suppressed);
            return 0;
        }

        if (request.Header is not { } header)
        {
            metrics.HeaderUnreadable();
            return request.Finish(BlockRequestStatus.IoError, 0, stopping);
        }

        var start = BlockMetrics.Start();
        uint written = 0;
        uint dataLength = 0;
        BlockRequestStatus status;
        switch (header.Type)
        {
            case BlockRequestType.In:
                dataLength = request.DataInLength;
                status = ReadSectors(request, header.Sector, memory, stopping, out written);
                break;
            case BlockRequestType.Out:
                dataLength = request.DataOutLength;
                status = WriteSectors(request, header.Sector, memory, stopping);
                break;
            case BlockRequestType.Flush:
                status = StatusOf(backend.Flush());
                break;
            case BlockRequestType.GetId:
                status = ReadId(request, memory, out written);
                break;
            default:
                status = BlockRequestStatus.Unsupported;
                break;
        }

        var used = request.Finish(status, written, stopping);
        if (stopping.IsCancellationRequested)
            return 0;

        metrics.Served(header.Type, status, dataLength, start);
        return used;
    }

    public void Rejected(ChainFault fault) => metrics.Malformed(fault);

    private BlockRequestStatus ReadSectors(
        BlockRequest request, ulong sector, GuestMemoryView memory, CancellationToken stopping, out uint written)
    {
        written = 0;
        if (!IsOnDisk(sector, request.DataInLength))
            return BlockRequestStatus.IoError;

        var offset = (long)(sector * BlockLayout.SectorSize);
        var data = request.DataIn();
        while (!stopping.IsCancellationRequested && data.TryNext(memory, out var piece))
        {
            if (backend.Read(offset, piece) != BlockResult.Success)
                return BlockRequestStatus.IoError;
            offset += piece.Length;
            written += (uint)piece.Length;
        }

        return data.Remaining == 0 ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
    }

    private BlockRequestStatus WriteSectors(
        BlockRequest request, ulong sector, GuestMemoryView memory, CancellationToken stopping)
    {
        if (readOnly || !IsOnDisk(sector, request.DataOutLength))
            return BlockRequestStatus.IoError;

        var offset = (long)(sector * BlockLayout.SectorSize);
        var data = request.DataOut();
        while (!stopping.IsCancellationRequested && data.TryNext(memory, out var piece))
        {
            if (backend.Write(offset, piece) != BlockResult.Success)
                return BlockRequestStatus.IoError;
            offset += piece.Length;
        }

        if (data.Remaining != 0)
            return BlockRequestStatus.IoError;
        return WriteThrough ? StatusOf(backend.Flush()) : BlockRequestStatus.Ok;
    }

    // A buffer shorter than the id takes the beginning of it (§5.2.6).
    private BlockRequestStatus ReadId(BlockRequest request, GuestMemoryView memory, out uint written)
    {
        written = 0;
        var rest = id.AsSpan();
        var data = request.DataIn();
        while (!rest.IsEmpty && data.TryNext(memory, out var piece))
        {
            var count = Math.Min(rest.Length, piece.Length);
            rest[..count].CopyTo(piece);
            rest = rest[count..];
            written += (uint)count;
        }

        return rest.IsEmpty || data.Remaining == 0 ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
    }

    // The sector is any 64-bit number: no product or sum of it before it is known to be small.
    private bool IsOnDisk(ulong sector, uint length)
    {
        var capacity = config.CapacitySectors;
        return length % BlockLayout.SectorSize == 0
            && sector <= capacity && length / BlockLayout.SectorSize <= capacity - sector;
    }

    private static BlockRequestStatus StatusOf(BlockResult result) =>
        result == BlockResult.Success ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
}
