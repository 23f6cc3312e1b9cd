using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Xen.Headers.Reading;

/// <summary>
/// Headers that belong to no package: themselves and what stands below their folders counts; the include directories
/// are only searched, whatever they hold.
/// </summary>
internal sealed record LooseHeaders : HeaderSource
{
    private readonly string[] _headers;
    private readonly string[] _folders;
    private readonly string[] _includes;

    /// <summary>Makes a source of headers, which exist.</summary>
    public LooseHeaders(
        string source, string release, IReadOnlyList<string> headers, IReadOnlyList<string> includes, IReadOnlyList<string> defines)
        : base(source, release, Path.Combine(CommonFolder(headers), "xen-abi-extract.h"), CommonFolder(headers), "", includes)
    {
        _headers = [.. headers.Select(Path.GetFullPath)];
        _folders = [.. _headers.Select(header => WithSlash(Path.GetDirectoryName(header)!)).Distinct(StringComparer.Ordinal)];
        _includes = [.. includes.Select(folder => WithSlash(Path.GetFullPath(folder)))];
        UmbrellaText = string.Concat(defines.Select(Define)) + string.Concat(_headers.Select(static header => $"#include \"{header}\"\n"));
    }

    /// <inheritdoc/>
    public override string? UmbrellaText { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> SearchPath => _includes;

    /// <inheritdoc/>
    public override string? HeaderName(string path) =>
        path != Umbrella && (_headers.Contains(path, StringComparer.Ordinal) || Longest(_folders, path) > Longest(_includes, path))
            ? Path.GetRelativePath(IncludeRoot, path)
            : null;

    /// <summary>The innermost of the folders counts.</summary>
    private static int Longest(string[] folders, string path) => folders
        .Where(folder => path.StartsWith(folder, StringComparison.Ordinal))
        .Select(static folder => folder.Length)
        .DefaultIfEmpty(0)
        .Max();

    /// <summary>The folder that all headers are below.</summary>
    private static string CommonFolder(IReadOnlyList<string> headers)
    {
        string common = Path.GetDirectoryName(Path.GetFullPath(headers[0]))!;
        while (!headers.All(header => Path.GetFullPath(header).StartsWith(WithSlash(common), StringComparison.Ordinal)))
            common = Path.GetDirectoryName(common)!;
        return common;
    }

    private static string WithSlash(string folder) =>
        Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;

    private static string Define(string definition)
    {
        int equals = definition.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? $"#define {definition} 1\n" : $"#define {definition[..equals]} {definition[(equals + 1)..]}\n";
    }
}
