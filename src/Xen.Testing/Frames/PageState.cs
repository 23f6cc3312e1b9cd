namespace Xen.Testing.Frames;

/// <summary>What a domain has at a guest frame number.</summary>
internal enum PageState
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>A page.</summary>
    Present,

    /// <summary>A page that a pager has taken away for a while.</summary>
    PagedOut,
}
