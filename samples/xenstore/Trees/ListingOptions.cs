using System.Collections.Generic;
using Xen.Store.Cli.Compatible;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Trees;

/// <summary>What a user of ls wants.</summary>
/// <param name="Paths">The nodes to list.</param>
/// <param name="IsFlat">Paths in place of indented names.</param>
/// <param name="Width">Columns of a line; null for no end.</param>
/// <param name="Query">What to know of nodes.</param>
/// <param name="Match">Which nodes to show; null for all.</param>
internal sealed record ListingOptions(
    IReadOnlyList<string> Paths, bool IsFlat, int? Width, BranchQuery Query, Glob? Match)
{
    /// <summary>Those of a command line.</summary>
    /// <exception cref="StoreFailureException">They do not go together.</exception>
    public static ListingOptions Of(CompatibleRun run)
    {
        var isWhole = run.Has(AddedOptions.Values);
        var isWithout = run.Has(AddedOptions.NoValues);
        if (isWhole && isWithout)
            throw new StoreFailureException(ExitCode.Usage, "--values and --no-values do not go together");
        var query = new BranchQuery(!isWithout, run.Has('p'), run.Number(AddedOptions.Depth));
        return new ListingOptions(
            run.Paths.Count == 0 ? ["/"] : run.Paths,
            run.Has('f'),
            isWhole ? null : Columns(run),
            query,
            run.Value(AddedOptions.Match.Equals) is { } pattern ? new Glob(pattern) : null);
    }

    private static int? Columns(CompatibleRun run) => run.Shell.Columns is { } columns
        ? ListingLine.WidthOf(columns)
        : run.Has('f') ? null : ListingLine.WidthWithoutTerminal;
}
