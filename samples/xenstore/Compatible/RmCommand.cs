using System;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Compatible;

/// <summary>Removes nodes and all below them.</summary>
internal static class RmCommand
{
    public static CompatibleCommand Definition { get; } = new("rm", "t", 1, [], RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        await using var client = await run.ConnectAsync();
        if (run.Paths is [var only] && !run.Has('t'))
            await client.RemoveAsync(only, run.Stop);
        else
            await client.TransactAsync(async transaction => await RemoveAsync(run, transaction), run.Stop);
        return true;
    }

    private static async Task RemoveAsync(CompatibleRun run, XenStoreTransaction transaction)
    {
        foreach (var path in run.Paths)
        {
            await transaction.RemoveAsync(path, run.Stop);
            if (run.Has('t'))
                await TidyAsync(run, transaction, path);
        }
    }

    // Removes the parents that have neither a value nor children left.
    private static async Task TidyAsync(CompatibleRun run, XenStoreTransaction transaction, string path)
    {
        while (path.LastIndexOf('/') is > 0 and var end)
        {
            path = path[..end];
            if (!await IsEmptyAsync(run, transaction, path))
                return;
            await transaction.RemoveAsync(path, run.Stop);
        }
    }

    private static async Task<bool> IsEmptyAsync(CompatibleRun run, XenStoreTransaction transaction, string path)
    {
        try
        {
            return await transaction.TryReadBytesAsync(path, run.Stop) is { Length: 0 }
                && await transaction.ListAsync(path, run.Stop) is { Length: 0 };
        }
        catch (Exception error) when (error is XenStoreReplyException or ArgumentException)
        {
            return false;
        }
    }
}
