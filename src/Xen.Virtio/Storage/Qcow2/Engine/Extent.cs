using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>A range of the disk that is kept in one way, and in one piece if it is in the file.</summary>
/// <param name="Kind">How.</param>
/// <param name="Entry">The L2 entry of its first cluster.</param>
/// <param name="HostOffset">Where its first byte is in the file, if it is there and not compressed.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct Extent(ClusterKind Kind, L2Entry Entry, long HostOffset, long Length)
{
    /// <summary>Whether it may be written in place.</summary>
    public bool IsOwnData => Kind == ClusterKind.Data && Entry.IsCopied;
}
