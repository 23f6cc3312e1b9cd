using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>Discard and write zeroes, virtio 1.2 §5.2.6: requests whose data is a list of ranges.</summary>
/// <remarks>All ranges are checked before the first is touched: a request that is refused changes nothing.</remarks>
internal sealed class BlockRangeCommands(IBlockBackend backend, BlockConfig config, ulong features)
{
    private readonly bool _canDiscard = (features & BlockFeatures.Discard) != 0;
    private readonly bool _canWriteZeroes = (features & BlockFeatures.WriteZeroes) != 0;

    /// <summary>Gives the space of ranges back.</summary>
    public BlockRequestStatus Discard(
        BlockRequest request, GuestMemoryView memory, CancellationToken stopping, out long bytes)
    {
        bytes = 0;
        return _canDiscard
            ? ForEachRange(
                request, memory, BlockRangeFlags.None, BlockLimits.DiscardSectors, isDiscard: true, stopping, out bytes)
            : BlockRequestStatus.Unsupported;
    }

    /// <summary>Makes ranges zero.</summary>
    public BlockRequestStatus WriteZeroes(
        BlockRequest request, GuestMemoryView memory, CancellationToken stopping, out long bytes)
    {
        bytes = 0;
        return _canWriteZeroes
            ? ForEachRange(
                request, memory, BlockRangeFlags.Unmap, BlockLimits.WriteZeroesSectors, isDiscard: false, stopping, out bytes)
            : BlockRequestStatus.Unsupported;
    }

    private BlockRequestStatus ForEachRange(
        BlockRequest request, GuestMemoryView memory, BlockRangeFlags known, uint maxSectors, bool isDiscard,
        CancellationToken stopping, out long bytes)
    {
        Span<byte> list = stackalloc byte[BlockLimits.Ranges * BlockRange.Size];
        var status = Take(request, memory, known, maxSectors, ref list, out bytes);
        for (; status == BlockRequestStatus.Ok && !list.IsEmpty; list = list[BlockRange.Size..])
            status = ForEachPiece(BlockRange.Parse(list), isDiscard, stopping);
        return status;
    }

    // Copies the list, cut to the ranges that there are, and checks it.
    private BlockRequestStatus Take(
        BlockRequest request, GuestMemoryView memory, BlockRangeFlags known, uint maxSectors, ref Span<byte> list,
        out long bytes)
    {
        bytes = 0;
        var length = request.DataOutLength;
        if (length == 0 || length % BlockRange.Size != 0 || length > (uint)list.Length)
            return BlockRequestStatus.IoError;
        list = list[..(int)length];
        if (!request.TryCopyDataOut(memory, list))
            return BlockRequestStatus.IoError;

        var capacity = config.CapacitySectors;
        var status = BlockRequestStatus.Ok;
        for (var rest = list; !rest.IsEmpty; rest = rest[BlockRange.Size..])
        {
            var range = BlockRange.Parse(rest);
            if ((range.Flags & ~known) != 0)
                return BlockRequestStatus.Unsupported;
            if (range.SectorCount > maxSectors || range.Sector > capacity
                || range.SectorCount > capacity - range.Sector)
                status = BlockRequestStatus.IoError;
            bytes += (long)range.SectorCount * BlockLayout.SectorSize;
        }

        return status;
    }

    private BlockRequestStatus ForEachPiece(BlockRange range, bool isDiscard, CancellationToken stopping)
    {
        var offset = (long)(range.Sector * BlockLayout.SectorSize);
        var end = offset + ((long)range.SectorCount * BlockLayout.SectorSize);
        while (offset < end && !stopping.IsCancellationRequested)
        {
            var piece = long.Min(end - offset, BlockLimits.PieceBytes);
            var result = isDiscard
                ? backend.Discard(offset, piece)
                : Zero(offset, piece, (range.Flags & BlockRangeFlags.Unmap) != 0);
            if (result != BlockResult.Success)
                return BlockCommands.StatusOf(result);
            offset += piece;
        }

        return BlockRequestStatus.Ok;
    }

    // Space is freed only if the driver was told that it may be.
    private BlockResult Zero(long offset, long length, bool unmap)
    {
        var result = backend.WriteZeroes(offset, length, unmap && _canDiscard);
        return result == BlockResult.Unsupported ? Zeros.Write(backend, offset, length) : result;
    }
}
