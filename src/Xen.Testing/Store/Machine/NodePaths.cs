using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Xen.Testing.Store.Machine;

/// <summary>Paths of nodes, as the C daemon takes them.</summary>
/// <remarks>A path is a string with one character for each byte (Latin-1), so that what is no path goes through unharmed.</remarks>
internal static class NodePaths
{
    private const string DomainsPath = "/local/domain/";
    private const int MostDigits = 5;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/_@");

    /// <summary>A domain's own part of the store.</summary>
    /// <param name="domain">Its number.</param>
    internal static string OfDomain(uint domain) => string.Create(CultureInfo.InvariantCulture, $"{DomainsPath}{domain}");

    /// <summary>Whether it can be the path of a node.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="maximum">Characters, beside those that name a domain's own part of the store.</param>
    internal static bool IsValid(string path, int maximum) =>
        path.StartsWith('/')
        && (path.Length == 1 || path[^1] != '/')
        && path.Length <= DomainPrefix(path) + maximum
        && !path.AsSpan().ContainsAnyExcept(Characters)
        && !path.Contains("//", StringComparison.Ordinal);

    /// <summary>The path above.</summary>
    /// <param name="path">An absolute path; the root is above itself.</param>
    internal static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    /// <summary>The last name, as bytes.</summary>
    /// <param name="path">An absolute path.</param>
    internal static byte[] Name(string path) => Encoding.Latin1.GetBytes(path[(path.LastIndexOf('/') + 1)..]);

    /// <summary>The path of a child.</summary>
    /// <param name="path">The parent's.</param>
    /// <param name="name">The child's name.</param>
    internal static string Child(string path, ReadOnlySpan<byte> name) =>
        (path == "/" ? path : path + "/") + Encoding.Latin1.GetString(name);

    // C: "/local/domain/%5u/", which takes a sign, too.
    private static int DomainPrefix(string path)
    {
        if (!path.StartsWith(DomainsPath, StringComparison.Ordinal))
            return 0;
        var start = DomainsPath.Length;
        var end = start;
        if (end < path.Length && path[end] == '-')
            end++;
        var digits = end;
        while (end < path.Length && end - start < MostDigits && char.IsAsciiDigit(path[end]))
            end++;
        return end > digits && end < path.Length && path[end] == '/' ? end + 1 : 0;
    }
}
