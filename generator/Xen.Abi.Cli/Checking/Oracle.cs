using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;
using Xen.Headers;
using Xen.Headers.Reading;
using Xen.Headers.Refresh;

namespace Xen.Abi.Cli.Checking;

/// <summary>Has C compilers confirm every number of the metadata, from the headers that it was read from.</summary>
/// <param name="folder">The folder <c>headers/</c> of a checkout.</param>
/// <param name="jobs">How many compilers may run at a time.</param>
internal sealed class Oracle(string folder, int jobs)
{
    private readonly MetadataRefresh _headers = new(folder);

    /// <summary>The metadata of the checkout.</summary>
    public IEnumerable<Release> Releases =>
        _headers.Manifest.Packages.Select(package => Metadata.ReadFile(Path.Combine(folder, MetadataRefresh.MetadataName(package))));

    /// <summary>The folder <c>headers/</c> of the checkout around a folder; null if there is none.</summary>
    public static string? FindFolder(string? start)
    {
        for (; start is not null; start = Path.GetDirectoryName(start))
        {
            string folder = Path.Combine(start, "headers");
            if (File.Exists(Path.Combine(folder, "manifest")))
                return folder;
        }

        return null;
    }

    /// <summary>Checks releases on all selected targets with all selected compilers, in that order.</summary>
    /// <exception cref="HeaderReadException">Headers or compilers are missing.</exception>
    public IReadOnlyList<CheckResult> Run(
        IReadOnlyList<Release> releases, Predicate<string> isTarget, Predicate<CCompiler> isCompiler)
    {
        (Release Release, string Target)[] pairs =
        [
            .. from release in releases
               from target in release.Model.Targets
               where isTarget(target)
               select (release, target),
        ];
        CheckCell[] cells = [.. InParallel(pairs, pair => CellsOf(pair.Release, pair.Target, isCompiler)).SelectMany(static cells => cells)];
        return InParallel(cells, static cell => cell.Run());
    }

    private IEnumerable<CheckCell> CellsOf(Release release, string target, Predicate<CCompiler> isCompiler)
    {
        ManifestPackage package = PackageOf(release);
        HeaderSource source = _headers.SourceOf(package);
        var scope = new Scope(release, target, OuterOf(package, release, target));
        CCompiler[] compilers = [.. CCompiler.All.Where(compiler => compiler.Target == target && isCompiler(compiler))];
        if (compilers.Length == 0)
            return [];
        var said = new AssertionSet(scope, FindWithoutTag(scope, source, compilers[0]));
        return compilers.Select(compiler => new CheckCell(scope, said, source, compiler));
    }

    private ManifestPackage PackageOf(Release release)
    {
        ManifestPackage package = _headers.Manifest.Packages.FirstOrDefault(package =>
            package.Source == release.Model.Source && package.Release == release.Model.Release)
            ?? throw new HeaderReadException(
                [new HeaderError(HeaderError.NotFetched, release.Origin, 0, 0, $"the manifest has no package for {release.FullName}")]);
        if (_headers.CachedVersion(package) is null)
        {
            throw new HeaderReadException(
                HeaderError.NotFetched, $"the headers of {package.Id} are not below {folder}: run headers/refresh --fetch-only");
        }

        return package;
    }

    /// <summary>The metadata of the headers that a package's own include.</summary>
    private Scope? OuterOf(ManifestPackage package, Release release, string target) => _headers.Manifest.Packages
        .Where(other => package.Needs.Contains(other.Id) && other.Targets.Contains(target))
        .Select(other => Metadata.ReadFile(Path.Combine(folder, MetadataRefresh.MetadataName(other))))
        .Where(other => other.FullName != release.FullName)
        .Select(other => new Scope(other, target))
        .FirstOrDefault();

    /// <summary>Asks the compiler which names are tags; the others are typedefs of something without one.</summary>
    private static HashSet<string> FindWithoutTag(Scope scope, HeaderSource source, CCompiler compiler)
    {
        using var file = new CFile<AbiItem>(source.Umbrella);
        int count = 0;
        foreach (AbiItem item in CNames.PossibleTags(scope))
            file.Add($"enum {{ tag{count++} = sizeof({CNames.Tagged(item)}) }};", item);
        if (file.IsEmpty)
            return [];
        return [.. file.Check(compiler, [.. source.SearchPath]).Select(static error => error.Owner?.Name).OfType<string>()];
    }

    private TResult[] InParallel<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> work)
    {
        var results = new TResult[items.Count];
        try
        {
            Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = jobs }, i => results[i] = work(items[i]));
        }
        catch (AggregateException error) when (error.InnerExceptions[0] is HeaderReadException)
        {
            throw error.InnerExceptions[0];
        }

        return results;
    }
}
