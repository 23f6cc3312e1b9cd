namespace Xen.Sys;

/// <summary>One end of a copy: a piece of a page that a domain grants, or memory of this process.</summary>
/// <param name="Grant">The granted page; null for memory of this process.</param>
/// <param name="Offset">First byte within the page; ignored for memory of this process.</param>
/// <param name="Address">Memory of this process; ignored for a granted page.</param>
public readonly unsafe record struct GrantCopyEnd(ForeignGrant? Grant, int Offset, nint Address)
{
    /// <summary>A piece of a granted page.</summary>
    /// <param name="grant">The page.</param>
    /// <param name="offset">First byte within it.</param>
    public static GrantCopyEnd Of(ForeignGrant grant, int offset) => new(grant, offset, 0);

    /// <summary>Memory of this process, which must not move until the copy is done.</summary>
    /// <param name="memory">First byte.</param>
    public static GrantCopyEnd Of(void* memory) => new(null, 0, (nint)memory);
}

/// <summary>A copy by Xen between memory that two domains grant, or that one grants and this process has.</summary>
/// <param name="Source">From.</param>
/// <param name="Destination">To.</param>
/// <param name="Length">Bytes; the piece stays within one granted page.</param>
public readonly record struct GrantCopy(GrantCopyEnd Source, GrantCopyEnd Destination, int Length);
