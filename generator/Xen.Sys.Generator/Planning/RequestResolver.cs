using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;
using Xen.Sys.Generator.Inputs;

namespace Xen.Sys.Generator.Planning;

/// <summary>Turns requests into the names that they select.</summary>
internal sealed class RequestResolver(Scope scope, GeneratorOptions options, ICollection<DiagnosticInfo> diagnostics)
{
    private readonly AbiIndex _index = scope.Index;

    /// <summary>Resolves all requests of a scope; exclusions hold wherever they stand.</summary>
    public void Resolve(IEnumerable<ApiRequest> requests)
    {
        var excluded = new Selection();
        foreach (ApiRequest request in requests)
        {
            if (!Select(request, request.IsExclusion ? excluded : scope.Selection))
                ReportNotFound(request);
            else if (!request.IsExclusion && request.IsExact)
                ReportExact(request);
        }

        scope.Selection.Remove(excluded);
    }

    private bool Select(ApiRequest request, Selection selection)
    {
        bool found = false;
        foreach (TargetIndex target in _index.Targets)
        {
            foreach (AbiRecord record in target.Records.Values
                .Where(record => IsTop(record.Name) && Matches(request, record.Name, record.Header)))
            {
                found = true;
                selection.Records.Add(record.Name);
                selection.Follow(record.Name, request.Location);
            }

            foreach (AbiTypedef typedef in target.Typedefs.Values
                .Where(typedef => Matches(request, typedef.Name, typedef.Header)))
            {
                found = true;
                SelectTypedef(target, typedef, request, selection);
            }

            foreach (AbiEnum enumeration in target.Enums.Values
                .Where(enumeration => Matches(request, enumeration.Name, enumeration.Header)))
            {
                found = true;
                SelectEnum(enumeration, request, selection);
            }

            foreach (AbiValue value in target.Values.Values.Where(value => Matches(request, value.Name, value.Header)))
            {
                found = true;
                selection.Values.Add(value.Name);
                selection.Follow(value.Name, request.Location);
            }
        }

        return found;
    }

    /// <summary>A typedef brings what it stands for, if that is a record, an enumeration or an array.</summary>
    private static void SelectTypedef(TargetIndex target, AbiTypedef typedef, ApiRequest request, Selection selection)
    {
        if (target.ArrayTypedef(AbiType.Named(AbiTypeKind.Typedef, typedef.Name)) is { } array)
        {
            selection.Arrays.Add(array);
            selection.Follow(array, request.Location);
        }
        else if (!request.IsWildcard && target.EnumOf(typedef.Type) is { } enumeration)
        {
            SelectEnum(target.Enums[enumeration], request, selection);
        }
        else if (!request.IsWildcard && target.Resolve(typedef.Type) is { IsRecord: true } record)
        {
            selection.Records.Add(record.Name);
            selection.Follow(record.Name, request.Location);
        }
    }

    private static void SelectEnum(AbiEnum enumeration, ApiRequest request, Selection selection)
    {
        selection.Enums.Add(enumeration.Name);
        selection.Values.UnionWith(enumeration.Members.Select(static member => member.Name));
        selection.Follow(enumeration.Name, request.Location);
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
            ? _index.Models.SelectMany(static model => model.Items).Select(static item => item.Header)
            : _index.Targets.SelectMany(static target => target.Values.Keys
                .Concat(target.Records.Keys.Where(IsTop)).Concat(target.Enums.Keys).Concat(target.Typedefs.Keys));
        string[] elsewhere = Elsewhere(request);
        string[] near = request.IsWildcard || elsewhere.Length > 0 ? []
            : Spelling.Nearest(request.Pattern, known.Distinct(StringComparer.Ordinal));
        string hint = elsewhere.Length > 0 ? "; it exists for " + string.Join(" and ", elsewhere) + " only"
            : near.Length > 0 ? ". Did you mean '" + string.Join("' or '", near) + "'?"
            : "";
        string metadata = request.Release is { } release ? "metadata of " + release : "Xen metadata";
        diagnostics.Add(new DiagnosticInfo(
            DiagnosticDescriptors.NotFound, request.Location, ImmutableArray.Create(request.Pattern, metadata, hint)));
    }

    /// <summary>The targets that have it although they are not generated.</summary>
    private string[] Elsewhere(ApiRequest request) => _index.Models
        .SelectMany(static model => model.Items)
        .Where(item => Matches(request, item.Name, item.Header))
        .SelectMany(static item => item.Targets)
        .Distinct().OrderBy(static target => target, StringComparer.Ordinal).ToArray();

    private void ReportExact(ApiRequest request)
    {
        string name = request.Pattern;
        AbiRecord? empty = _index.Targets
            .Select(target => target.Resolve(AbiType.Named(
                target.Records.ContainsKey(name) ? AbiTypeKind.Struct : AbiTypeKind.Typedef, name)) is { IsRecord: true } type
                ? target.Records[type.Name] : null)
            .FirstOrDefault(static record => record is { Size: 0 });
        if (empty is not null)
        {
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.Unsupported, request.Location, ImmutableArray.Create(
                name, empty.Header + ":" + Naming.Text(empty.Line), "it is empty on " + string.Join(", ", empty.Targets))));
        }

        if (ScalarOf(name) is { } scalar)
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.Scalar, request.Location, ImmutableArray.Create(name, scalar)));

        string[] homes = options.TargetsAreChosen ? [] : _index.Targets.Where(target => Differs(target, name))
            .Select(scope.Namespace).ToArray();
        if (homes.Length > 0)
        {
            diagnostics.Add(new DiagnosticInfo(
                DiagnosticDescriptors.ArchitectureSpecific, request.Location, ImmutableArray.Create(name, string.Join(" and ", homes))));
        }
    }

    /// <summary>What a typedef is in C#, if it has no type of its own there.</summary>
    private string? ScalarOf(string name) => _index.Targets
        .Where(target => target.Typedefs.ContainsKey(name) && !target.Records.ContainsKey(name) && !target.Enums.ContainsKey(name))
        .Select(target => (Target: target, Type: AbiType.Named(AbiTypeKind.Typedef, name)))
        .Where(static found => found.Target.EnumOf(found.Type) is null
            && found.Target.Resolve(found.Type) is { IsRecord: false, Kind: not AbiTypeKind.Array })
        .Select(found => new CSharpTypes(scope, found.Target).Simple(found.Type, name, asElement: false))
        .FirstOrDefault(static type => type is not null)?.Replace("global::", "");

    private bool Differs(TargetIndex target, string name) =>
        (target.Records.ContainsKey(name) && !_index.IsCommonRecord(name))
        || (target.Typedefs.ContainsKey(name) && !_index.IsCommonTypedef(name))
        || (target.Enums.ContainsKey(name) && !_index.IsCommonEnum(name))
        || (target.Values.ContainsKey(name) && !_index.IsCommonValue(name));
}
