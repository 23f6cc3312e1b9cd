using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Compatible;

/// <summary>Sets permissions of a node, and on demand of those above and below it, in one transaction.</summary>
internal static class ChmodCommand
{
    public static CompatibleCommand Definition { get; } = new("chmod", "ur", 1, [], RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        string[] words = [.. run.Paths.Skip(1)];
        PermissionWords.Check(words);

        // An empty path is no node to Xen's program, and nothing to complain about.
        if (run.Paths[0].Length == 0)
            return true;
        var permissions = Array.ConvertAll(words, PermissionWords.Parse);
        await using var client = await run.ConnectAsync();
        await client.TransactAsync(async transaction => await SetAsync(run, transaction, permissions), run.Stop);
        return true;
    }

    private static async Task SetAsync(
        CompatibleRun run, XenStoreTransaction transaction, IReadOnlyList<XenStorePermission> permissions)
    {
        var path = run.Paths[0];
        await transaction.SetPermissionsAsync(path, permissions, run.Stop);
        if (run.Has('u'))
        {
            foreach (var parent in Parents(path))
                await transaction.SetPermissionsAsync(parent, permissions, run.Stop);
        }

        if (run.Has('r'))
            await SetBelowAsync(run, transaction, path, permissions);
    }

    // Without the root, as in Xen's program.
    private static IEnumerable<string> Parents(string path)
    {
        while (path.LastIndexOf('/') is var end && end != 0)
        {
            if (end < 0)
                throw new StoreFailureException(ExitCode.Usage, $"-u wants an absolute path, not {path}");
            path = path[..end];
            yield return path;
        }
    }

    // Below the root, Xen's program asks for //name and is refused. So is this one: nobody wants all permissions lost.
    private static async Task SetBelowAsync(
        CompatibleRun run, XenStoreTransaction transaction, string path, IReadOnlyList<XenStorePermission> permissions)
    {
        string[] children;
        try
        {
            children = await transaction.ListAsync(path, run.Stop);
        }
        catch (XenStoreReplyException)
        {
            return;
        }

        await Task.WhenAll(children.Select(async child =>
        {
            await transaction.SetPermissionsAsync($"{path}/{child}", permissions, run.Stop);
            await SetBelowAsync(run, transaction, $"{path}/{child}", permissions);
        }).ToArray());
    }
}
