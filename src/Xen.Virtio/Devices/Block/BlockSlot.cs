using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>A request that has been taken and not answered.</summary>
internal struct BlockSlot
{
    /// <summary>Whether there is room for the status byte.</summary>
    public bool CanAnswer { get; set; }

    /// <summary>Its header, copied once; null if it could not be read.</summary>
    public BlockRequestHeader? Header { get; set; }

    /// <summary>What is under way for it, or about to start; null if it is served alone.</summary>
    public BlockTransfer? Transfer { get; set; }

    /// <summary>Whether the transfer has been started.</summary>
    public bool HasStarted { get; set; }

    /// <summary>Bytes that are under way for it.</summary>
    public int Length { get; set; }

    /// <summary>How the transfer has ended; null if it was not waited for yet.</summary>
    public BlockRequestStatus? Status { get; set; }
}
