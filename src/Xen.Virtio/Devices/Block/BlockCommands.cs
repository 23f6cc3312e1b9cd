using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>
/// Does what requests ask for, for all queues of a device. Data moves between guest memory and back end in place, piece
/// by piece.
/// </summary>
internal sealed class BlockCommands(IBlockBackend backend, BlockConfig config, ulong features, byte[] id)
{
    private readonly bool _readOnly = (features & BlockFeatures.ReadOnly) != 0;
    private readonly BlockRangeCommands _ranges = new(backend, config, features);

    /// <summary>Executes one request.</summary>
    /// <param name="request">What the chain holds.</param>
    /// <param name="header">Its header.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="stopping">Ends the work early; the request is not answered then.</param>
    /// <param name="written">Bytes of data that the guest was given.</param>
    /// <param name="bytes">Bytes that the request is about.</param>
    public BlockRequestStatus Execute(
        BlockRequest request, BlockRequestHeader header, GuestMemoryView memory, CancellationToken stopping,
        out uint written, out long bytes)
    {
        written = 0;
        bytes = 0;
        switch (header.Type)
        {
            case BlockRequestType.In:
                bytes = request.DataInLength;
                return ReadSectors(request, header.Sector, memory, stopping, out written);
            case BlockRequestType.Out:
                bytes = request.DataOutLength;
                return Durable(WriteSectors(request, header.Sector, memory, stopping));
            case BlockRequestType.Flush:
                return StatusOf(backend.Flush());
            case BlockRequestType.GetId:
                return ReadId(request, memory, out written);
            case BlockRequestType.Discard:
                return _ranges.Discard(request, memory, stopping, out bytes);
            case BlockRequestType.WriteZeroes:
                return Durable(_ranges.WriteZeroes(request, memory, stopping, out bytes));
            default:
                return BlockRequestStatus.Unsupported;
        }
    }

    /// <summary>Whether each write is flushed before its answer.</summary>
    public bool WritesThrough => !config.Writeback;

    /// <summary>With a cache that writes through, a write that has completed is stable (§5.2.6.2).</summary>
    public BlockRequestStatus Durable(BlockRequestStatus status) =>
        status == BlockRequestStatus.Ok && WritesThrough ? StatusOf(backend.Flush()) : status;

    /// <summary>Begins a read or a write that the back end can do while others are under way.</summary>
    /// <param name="request">What the chain holds.</param>
    /// <param name="header">Its header.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <returns>Null if the request is to be executed in place; nothing has happened then.</returns>
    public BlockTransfer? TryPrepare(BlockRequest request, BlockRequestHeader header, GuestMemoryView memory)
    {
        var isWrite = header.Type == BlockRequestType.Out;
        if (backend is not IConcurrentBlockBackend concurrent || (isWrite ? _readOnly : header.Type != BlockRequestType.In))
            return null;
        var length = isWrite ? request.DataOutLength : request.DataInLength;
        if (length == 0 || length > (uint)concurrent.MaxTransfer || !config.IsOnDisk(header.Sector, length))
            return null;

        var transfer = concurrent.TryPrepare(isWrite, (long)(header.Sector * BlockLayout.SectorSize), (int)length);
        if (transfer is null || !isWrite || request.TryCopyDataOut(memory, transfer.Data))
            return transfer;
        transfer.Release();
        return null;
    }

    /// <summary>Gives the guest what a transfer has read.</summary>
    /// <param name="request">What the chain holds.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="source">The data of the whole request.</param>
    /// <param name="written">Bytes of data that the guest was given.</param>
    public static BlockRequestStatus CopyIn(
        BlockRequest request, GuestMemoryView memory, ReadOnlySpan<byte> source, out uint written)
    {
        written = 0;
        var data = request.DataIn();
        while (data.TryNext(memory, out var piece))
        {
            source.Slice((int)written, piece.Length).CopyTo(piece);
            written += (uint)piece.Length;
        }

        return data.Remaining == 0 ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
    }

    internal static BlockRequestStatus StatusOf(BlockResult result) => result switch
    {
        BlockResult.Success => BlockRequestStatus.Ok,
        BlockResult.Unsupported => BlockRequestStatus.Unsupported,
        _ => BlockRequestStatus.IoError,
    };

    private BlockRequestStatus ReadSectors(
        BlockRequest request, ulong sector, GuestMemoryView memory, CancellationToken stopping, out uint written)
    {
        written = 0;
        if (!config.IsOnDisk(sector, request.DataInLength))
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
        if (_readOnly || !config.IsOnDisk(sector, request.DataOutLength))
            return BlockRequestStatus.IoError;

        var offset = (long)(sector * BlockLayout.SectorSize);
        var data = request.DataOut();
        while (!stopping.IsCancellationRequested && data.TryNext(memory, out var piece))
        {
            if (backend.Write(offset, piece) != BlockResult.Success)
                return BlockRequestStatus.IoError;
            offset += piece.Length;
        }

        return data.Remaining == 0 ? BlockRequestStatus.Ok : BlockRequestStatus.IoError;
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
}
