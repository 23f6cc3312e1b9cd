using System;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>Reads <c>XenApis.txt</c>: one request per line, <c>//</c> starts a comment, a minus excludes.</summary>
internal static class ApiRequestParser
{
    /// <summary>The file to read; a project may have several: <c>Disk.XenApis.txt</c>.</summary>
    public const string FileName = "XenApis.txt";

    /// <summary>Whether an additional file is a list of requests.</summary>
    public static bool IsRequestFile(AdditionalText file) => file.Path.EndsWith(FileName, StringComparison.Ordinal);

    /// <summary>Reads one file.</summary>
    public static EquatableArray<ApiRequest> Parse(AdditionalText file, CancellationToken cancellation)
    {
        SourceText? text = file.GetText(cancellation);
        if (text is null)
            return default;
        ImmutableArray<ApiRequest>.Builder requests = ImmutableArray.CreateBuilder<ApiRequest>();
        foreach (TextLine line in text.Lines)
        {
            string content = line.ToString();
            int comment = content.IndexOf("//", StringComparison.Ordinal);
            if (comment >= 0)
                content = content.Substring(0, comment);
            string trimmed = content.Trim();
            if (trimmed.Length == 0)
                continue;
            int column = content.IndexOf(trimmed, StringComparison.Ordinal);
            bool exclusion = trimmed[0] == '-';
            requests.Add(new ApiRequest(
                exclusion ? trimmed.Substring(1).Trim() : trimmed,
                exclusion,
                new LocationInfo(file.Path, line.LineNumber, line.Start + column, column, trimmed.Length)));
        }

        return requests.ToImmutable();
    }
}
