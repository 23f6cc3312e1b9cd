using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices.Block;

/// <summary>What a block device asks its driver to keep to. Requests within them take a bounded time.</summary>
internal static class BlockLimits
{
    /// <summary>Longest data segment in bytes. Advice: longer ones are served in pieces.</summary>
    public const uint SegmentBytes = SegmentCursor.MaxPiece;

    /// <summary>Ranges in one discard or write-zeroes request.</summary>
    public const int Ranges = 64;

    /// <summary>Sectors in one range of a discard: 1 GiB.</summary>
    public const uint DiscardSectors = 1 << 21;

    /// <summary>Sectors in one range of a write of zeros: 64 MiB. Some back ends have to write them.</summary>
    public const uint WriteZeroesSectors = 1 << 17;

    /// <summary>Requests of one queue that may be under way at once.</summary>
    public const int MaxDepth = 256;

    /// <summary>Bytes of one queue's requests that are under way from which on no other one begins.</summary>
    public const long DepthBytes = 16 << 20;

    /// <summary>Bytes that the back end is asked for at a time: a reset waits for one such piece.</summary>
    public const long PieceBytes = 32 << 20;
}
