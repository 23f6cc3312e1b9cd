using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;
using Xen.Sys.Generator.Inputs;

namespace Xen.Sys.Generator.Planning;

/// <summary>Turns requests into the names that they select.</summary>
internal sealed class RequestResolver(AbiIndex index, ICollection<DiagnosticInfo> diagnostics)
{
    /// <summary>Resolves all requests; exclusions hold wherever they stand.</summary>
    public Selection Resolve(IEnumerable<ApiRequest> requests)
    {
        var selection = new Selection();
        var excluded = new Selection();
        foreach (ApiRequest request in requests)
        {
            if (!Select(request, request.IsExclusion ? excluded : selection))
                ReportNotFound(request);
            else if (!request.IsExclusion && !request.IsWildcard && !request.IsHeader)
                ReportExact(request);
        }

        selection.Remove(excluded);
        return selection;
    }

    private bool Select(ApiRequest request, Selection selection)
    {
        bool found = false;
        foreach (TargetIndex target in index.Targets)
        {
            foreach (AbiRecord record in target.Records.Values
                .Where(record => IsTop(record.Name) && Matches(request, record.Name, record.Header)))
            {
                found = true;
                selection.Records.Add(record.Name);
            }

            foreach (AbiTypedef typedef in target.Typedefs.Values
                .Where(typedef => Matches(request, typedef.Name, typedef.Header)))
            {
                found = true;
                SelectTypedef(target, typedef, request.IsWildcard, selection);
            }

            foreach (AbiEnum enumeration in target.Enums.Values
                .Where(enumeration => Matches(request, enumeration.Name, enumeration.Header)))
            {
                found = true;
                selection.Values.UnionWith(enumeration.Members.Select(static member => member.Name));
            }

            foreach (AbiValue value in target.Values.Values.Where(value => Matches(request, value.Name, value.Header)))
            {
                found = true;
                selection.Values.Add(value.Name);
            }
        }

        return found;
    }

    /// <summary>A typedef brings what it stands for, if that is a record or an array.</summary>
    private static void SelectTypedef(TargetIndex target, AbiTypedef typedef, bool wildcard, Selection selection)
    {
        if (target.ArrayTypedef(AbiType.Named(AbiTypeKind.Typedef, typedef.Name)) is { } array)
            selection.Arrays.Add(array);
        else if (!wildcard && target.Resolve(typedef.Type) is { IsRecord: true } record)
            selection.Records.Add(record.Name);
    }

    private static bool IsTop(string name) => name.IndexOf('.') < 0;

    private static bool Matches(ApiRequest request, string name, string header)
    {
        string pattern = request.Pattern;
        if (request.IsWildcard)
            return pattern.Length > 1 && string.CompareOrdinal(name, 0, pattern, 0, pattern.Length - 1) == 0;
        return request.IsHeader
            ? header == pattern || header.EndsWith("/" + pattern, StringComparison.Ordinal)
            : name == pattern;
    }

    private void ReportNotFound(ApiRequest request)
    {
        IEnumerable<string> known = request.IsHeader
            ? index.Targets.SelectMany(static target => target.Values.Values.Select(static value => value.Header)
                .Concat(target.Records.Values.Select(static record => record.Header)))
            : index.Targets.SelectMany(static target => target.Values.Keys
                .Concat(target.Records.Keys.Where(IsTop)).Concat(target.Typedefs.Keys));
        string[] near = request.IsWildcard ? [] : Spelling.Nearest(request.Pattern, known.Distinct(StringComparer.Ordinal));
        string hint = near.Length == 0 ? "" : ". Did you mean '" + string.Join("' or '", near) + "'?";
        diagnostics.Add(new DiagnosticInfo(
            DiagnosticDescriptors.NotFound, request.Location, ImmutableArray.Create(request.Pattern, hint)));
    }

    private void ReportExact(ApiRequest request)
    {
        string name = request.Pattern;
        AbiRecord? empty = index.Targets
            .Select(target => target.Resolve(AbiType.Named(
                target.Records.ContainsKey(name) ? AbiTypeKind.Struct : AbiTypeKind.Typedef, name)) is { IsRecord: true } type
                ? target.Records[type.Name] : null)
            .FirstOrDefault(static record => record is { Size: 0 });
        if (empty is not null)
        {
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.Unsupported, request.Location, ImmutableArray.Create(
                name, empty.Header + ":" + Naming.Text(empty.Line), "it is empty on " + string.Join(", ", empty.Targets))));
        }

        string[] homes = index.Targets.Where(target => Differs(target, name))
            .Select(static target => Naming.Namespace(target.Target)).ToArray();
        if (homes.Length > 0)
        {
            diagnostics.Add(new DiagnosticInfo(
                DiagnosticDescriptors.ArchitectureSpecific, request.Location, ImmutableArray.Create(name, string.Join(", ", homes))));
        }
    }

    private bool Differs(TargetIndex target, string name) =>
        (target.Records.ContainsKey(name) && !index.IsCommonRecord(name))
        || (target.Typedefs.ContainsKey(name) && !index.IsCommonTypedef(name))
        || (target.Values.ContainsKey(name) && !index.IsCommonValue(name));
}
