using System.Threading.Tasks;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Compatible;

/// <summary>Lists nodes, their values, and all below them.</summary>
internal static class LsCommand
{
    public static CompatibleCommand Definition { get; } = new(
        "ls",
        "fp",
        0,
        [AddedOptions.Json, AddedOptions.Values, AddedOptions.NoValues, AddedOptions.Depth, AddedOptions.Match],
        RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        var options = ListingOptions.Of(run);
        await using var client = await run.ConnectAsync();
        var reader = new BranchReader(client, options.Query, run.Stop);
        if (run.Has(AddedOptions.Json))
            await JsonListing.WriteAsync(run, reader, options);
        else
            await WriteTextAsync(run, reader, options);
        return true;
    }

    private static async Task WriteTextAsync(CompatibleRun run, BranchReader reader, ListingOptions options)
    {
        var listing = new TextListing(run.Out, options);
        foreach (var path in options.Paths)
        {
            var branch = await reader.ReadAsync(path);
            listing.Write(branch);
        }
    }
}
