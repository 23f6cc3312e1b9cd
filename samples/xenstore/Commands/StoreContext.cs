using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Commands;

/// <summary>What the commands that Xen's programs do not have share.</summary>
/// <param name="shell">The surroundings.</param>
/// <param name="connect">The user's words for the store from before the command; null if there are none.</param>
internal sealed class StoreContext(Shell shell, string? connect)
{
    /// <summary>The surroundings.</summary>
    public Shell Shell => shell;

    /// <summary>Cancelled when the user wants no more.</summary>
    public CancellationToken Stop => shell.Stop;

    /// <summary>Names the store.</summary>
    public Option<string> Connect { get; } = new("--connect")
    {
        Description = "The store: unix:PATH, xenbus, xenbus:PATH or memory:FILE.json; by default that of XENSTORE_CONNECT or of this machine",
        HelpName = "store",
        Recursive = true,
    };

    /// <summary>Does a command's work with the store that its line names.</summary>
    /// <param name="parsed">The line.</param>
    /// <param name="work">The work; answers the exit code.</param>
    public async Task<int> WithStoreAsync(ParseResult parsed, Func<XenStoreClient, Task<int>> work)
    {
        var store = new StoreAccess(shell, parsed.GetValue(Connect) ?? connect);
        await using var client = await store.ConnectAsync(shell.Stop);
        var code = await work(client);
        await store.FinishAsync();
        return code;
    }

    /// <summary>A node and all below it, as it is at one moment.</summary>
    public async Task<TreeNode> ReadTreeAsync(XenStoreClient client, string path) =>
        TreeNode.Of(await client.SnapshotAsync(path, shell.Stop));

    /// <summary>Says that there were nodes that may not be read; answers the exit code.</summary>
    public int SayUnreadable(TreeNode tree)
    {
        var count = tree.UnreadableCount;
        if (count > 0)
            shell.Error.WriteLine($"xenstore: {count} nodes may not be read and are left out (EACCES)");
        return count > 0 ? ExitCode.Denied : ExitCode.Ok;
    }
}
