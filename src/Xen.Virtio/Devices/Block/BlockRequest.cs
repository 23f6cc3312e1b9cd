using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.Block;

namespace Xen.Virtio.Devices.Block;

/// <summary>
/// One request, seen through its chain: header, then data, in the readable part; data, then the status byte, in the
/// writable part (virtio 1.2 §5.2.6). How the driver has cut the parts into descriptors does not matter (§2.7.4).
/// </summary>
internal readonly ref struct BlockRequest
{
    private readonly DescriptorChain _chain;
    private readonly GuestMemoryView _memory;

    private BlockRequest(DescriptorChain chain, GuestMemoryView memory, BlockRequestHeader? header)
    {
        _chain = chain;
        _memory = memory;
        Header = header;
    }

    /// <summary>Type and sector, or null if the header is cut short or is not in memory.</summary>
    public BlockRequestHeader? Header { get; }

    /// <summary>Bytes from the driver after the header.</summary>
    public uint DataOutLength => _chain.ReadableLength - BlockRequestHeader.Size;

    /// <summary>Bytes to the driver before the status byte.</summary>
    public uint DataInLength => _chain.WritableLength - 1;

    /// <summary>Reads the header of a request.</summary>
    /// <returns>False if there is no room for the status byte: nothing can be answered.</returns>
    public static bool TryParse(DescriptorChain chain, GuestMemoryView memory, out BlockRequest request)
    {
        Span<byte> bytes = stackalloc byte[BlockRequestHeader.Size];
        request = new BlockRequest(chain, memory,
            chain.TryCopyFrom(memory, 0, bytes) ? BlockRequestHeader.Parse(bytes) : null);
        return chain.WritableLength != 0;
    }

    /// <summary>A request whose header was read before.</summary>
    public static BlockRequest Resume(DescriptorChain chain, GuestMemoryView memory, BlockRequestHeader? header) =>
        new(chain, memory, header);

    /// <summary>Walks over the data from the driver.</summary>
    public SegmentCursor DataOut() => _chain.Read(BlockRequestHeader.Size, DataOutLength);

    /// <summary>Copies the data from the driver.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="destination">As long as the data, or shorter.</param>
    /// <returns>False if a byte of it is not memory.</returns>
    public bool TryCopyDataOut(GuestMemoryView memory, Span<byte> destination) =>
        _chain.TryCopyFrom(memory, BlockRequestHeader.Size, destination);

    /// <summary>Walks over the data to the driver.</summary>
    public SegmentCursor DataIn() => _chain.Write(0, DataInLength);

    /// <inheritdoc cref="StatusByte.Finish"/>
    public uint Finish(BlockRequestStatus status, uint written, CancellationToken stopping) =>
        StatusByte.Finish(_chain, _memory, written, (byte)status, stopping);
}
