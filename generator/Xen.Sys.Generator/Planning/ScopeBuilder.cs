using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;
using Xen.Sys.Generator.Inputs;

namespace Xen.Sys.Generator.Planning;

/// <summary>Sorts metadata and requests into scopes.</summary>
internal sealed class ScopeBuilder(AbiModel[] models, GeneratorOptions options, ICollection<DiagnosticInfo> diagnostics)
{
    private const string Xen = "xen";

    // What the target ReadXenHeaders calls the project's own headers.
    private const string Project = "project";

    /// <summary>The scopes that the requests need, the main one first, with what was asked for selected.</summary>
    public List<Scope> Build(IEnumerable<ApiRequest> requests)
    {
        if (options.Release is { } chosen && !models.Any(model => model.Release == chosen && IsXenOrAlone(model)))
            ReportUnknown(chosen, options.ReleasePlace);
        var main = new Scope(Index(MainModels()), options.Namespace, main: null);
        var scopes = new List<Scope> { main };
        foreach (IGrouping<string?, ApiRequest> group in Distinct(requests)
            .GroupBy(static request => request.Release)
            .OrderBy(static group => group.Key is null ? new Version() : Number(group.Key)))
        {
            Scope scope = main;
            if (group.Key is { } release)
            {
                if (!HasRelease(release))
                {
                    ReportUnknown(release, group.First().Location);
                    continue;
                }

                string space = options.Namespace + "." + Naming.ReleasePart(release);
                scope = new Scope(Index(models.Where(model => model.Release == release).ToArray()), space, main);
                scopes.Add(scope);
            }

            new RequestResolver(scope, options, diagnostics).Resolve(group);
        }

        return scopes;
    }

    private AbiIndex Index(AbiModel[] some) => new(some, options.Targets);

    /// <summary>A line that stands there again asks for nothing new.</summary>
    private static IEnumerable<ApiRequest> Distinct(IEnumerable<ApiRequest> requests) => requests
        .GroupBy(static request => (request.Pattern, request.Release, request.IsExclusion))
        .Select(static same => same.First());

    /// <summary>The option speaks of Xen's releases, if there is metadata of Xen.</summary>
    private bool IsXenOrAlone(AbiModel model) => model.Source == Xen || models.All(static other => other.Source != Xen);

    private bool HasRelease(string release) => models.Any(model => model.Release == release);

    /// <summary>Of each source the chosen release, or the newest; the project's own headers count first.</summary>
    private AbiModel[] MainModels() => models
        .GroupBy(static model => model.Source, StringComparer.Ordinal)
        .SelectMany(source =>
        {
            string release = source.Any(model => model.Release == options.Release)
                ? options.Release!
                : source.OrderByDescending(static model => Number(model.Release)).First().Release;
            return source.Where(model => model.Release == release);
        })
        .OrderBy(static model => model.Source != Project)
        .ToArray();

    private void ReportUnknown(string release, LocationInfo? place)
    {
        string known = string.Join(", ", models.Select(static model => model.Source + " " + model.Release).Distinct());
        diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.UnknownRelease, place, ImmutableArray.Create(release, known)));
    }

    private static Version Number(string release)
    {
        int[] parts = release.Split('.').Take(3)
            .Select(static part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
            .Concat([0, 0])
            .ToArray();
        return new Version(parts[0], parts[1], parts[2]);
    }
}
