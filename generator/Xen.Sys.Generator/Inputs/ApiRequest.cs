using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>One line of <c>XenApis.txt</c>.</summary>
/// <param name="Pattern">A name, a prefix with <c>*</c>, or a header.</param>
/// <param name="Release">The release before the colon; null for the one that the options choose.</param>
/// <param name="IsExclusion">Whether the line starts with a minus.</param>
/// <param name="Location">Where it stands.</param>
internal sealed record ApiRequest(string Pattern, string? Release, bool IsExclusion, LocationInfo Location)
{
    /// <summary>Whether it asks for all names with a prefix.</summary>
    public bool IsWildcard => Pattern.EndsWith("*", System.StringComparison.Ordinal);

    /// <summary>Whether it asks for all of a header.</summary>
    public bool IsHeader => Pattern.EndsWith(".h", System.StringComparison.Ordinal);

    /// <summary>Whether it asks for one name.</summary>
    public bool IsExact => !IsWildcard && !IsHeader;
}
