namespace Xen.Sys;

/// <summary>Releases of Xen, from one to another; the default value is none at all.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them, which may be the first.</param>
public readonly record struct XenReleaseRange(XenVersion First, XenVersion Last)
{
    /// <summary>True if there is no release.</summary>
    public bool IsEmpty => First.Major == 0;

    /// <summary>Those that are in both.</summary>
    /// <param name="other">The other releases.</param>
    public XenReleaseRange Intersect(XenReleaseRange other)
    {
        if (IsEmpty || other.IsEmpty)
            return default;

        var first = IsBefore(First, other.First) ? other.First : First;
        var last = IsBefore(Last, other.Last) ? Last : other.Last;
        return IsBefore(last, first) ? default : new XenReleaseRange(first, last);
    }

    /// <summary>For messages: <c>Xen 4.19 to 4.21</c>, <c>Xen 4.16</c>, or <c>no release of Xen</c>.</summary>
    public override string ToString() =>
        IsEmpty ? "no release of Xen" : First == Last ? $"Xen {First}" : $"Xen {First} to {Last}";

    private static bool IsBefore(XenVersion one, XenVersion other) =>
        one.Major < other.Major || (one.Major == other.Major && one.Minor < other.Minor);
}
