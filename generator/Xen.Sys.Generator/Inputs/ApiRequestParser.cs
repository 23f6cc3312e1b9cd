using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>
/// Reads <c>XenApis.txt</c>: one request per line, <c>//</c> starts a comment, a minus excludes, <c>4.17:</c> asks for
/// the form of one release.
/// </summary>
internal static class ApiRequestParser
{
    /// <summary>The file to read; a project may have several: <c>Disk.XenApis.txt</c>.</summary>
    public const string FileName = "XenApis.txt";

    /// <summary>Whether an additional file is a list of requests.</summary>
    public static bool IsRequestFile(AdditionalText file) => file.Path.EndsWith(FileName, StringComparison.Ordinal);

    /// <summary>Reads one file.</summary>
    public static ApiRequestFile Parse(AdditionalText file, CancellationToken cancellation)
    {
        ImmutableArray<ApiRequest>.Builder requests = ImmutableArray.CreateBuilder<ApiRequest>();
        if (file.GetText(cancellation) is { } text)
        {
            foreach (TextLine line in text.Lines)
            {
                if (ParseLine(file.Path, line) is { } request)
                    requests.Add(request);
            }
        }

        return new ApiRequestFile(new LocationInfo(file.Path, 0, 0, 0, 0), requests.ToImmutable());
    }

    private static ApiRequest? ParseLine(string path, TextLine line)
    {
        string content = line.ToString();
        int comment = content.IndexOf("//", StringComparison.Ordinal);
        if (comment >= 0)
            content = content.Substring(0, comment);

        // A byte order mark is no blank to Trim; it stands before the first line if the host has left it there.
        string trimmed = content.Trim().Trim('\ufeff').Trim();
        if (trimmed.Length == 0)
            return null;
        int column = content.IndexOf(trimmed, StringComparison.Ordinal);
        var location = new LocationInfo(path, line.LineNumber, line.Start + column, column, trimmed.Length);
        bool exclusion = trimmed[0] == '-';
        string pattern = exclusion ? trimmed.Substring(1).Trim() : trimmed;
        int colon = pattern.IndexOf(':');
        return colon > 0 && pattern.Take(colon).All(static c => c is '.' or (>= '0' and <= '9'))
            ? new ApiRequest(pattern.Substring(colon + 1).Trim(), pattern.Substring(0, colon), exclusion, location)
            : new ApiRequest(pattern, null, exclusion, location);
    }
}
