using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Trees;

/// <summary>Reads what is below a node, as many nodes at once as the client has requests under way.</summary>
/// <remarks>
/// Without a transaction, as Xen's program does it: a listing of a busy store would never come to its end.
/// </remarks>
internal sealed class BranchReader(XenStoreOperations store, BranchQuery query, CancellationToken stop)
{
    /// <summary>Reads a node's children and all below them.</summary>
    /// <param name="path">The node. Of itself, nothing but its path is told.</param>
    /// <exception cref="XenStoreReplyException">It has no children that may be listed.</exception>
    public async Task<Branch> ReadAsync(string path)
    {
        var root = new Branch(path, path);
        Adopt(root, await store.ListAsync(path, stop));
        var level = root.Children;
        for (var depth = 1; level.Count > 0 && !(depth > query.Depth); depth++)
        {
            var isLast = depth == query.Depth;
            await Task.WhenAll(level.Select(branch => ReadAsync(branch, isLast)).ToArray());
            level = [.. level.SelectMany(static branch => branch.Children)];
        }

        return root;
    }

    private static void Adopt(Branch parent, string[] names)
    {
        var prefix = parent.Path is "/" ? "/" : $"{parent.Path}/";
        parent.Children = Array.ConvertAll(names, name => new Branch(prefix + name, name));
    }

    private async Task ReadAsync(Branch branch, bool isLast)
    {
        var value = query.WithValues ? ReadValueAsync(branch) : Task.CompletedTask;
        var permissions = query.WithPermissions ? ReadPermissionsAsync(branch) : Task.CompletedTask;
        var children = isLast ? Task.CompletedTask : ReadChildrenAsync(branch);
        await value;
        await permissions;
        await children;
    }

    private async Task ReadValueAsync(Branch branch)
    {
        try
        {
            branch.Value = await store.TryReadBytesAsync(branch.Path, stop);
        }
        catch (XenStoreReplyException)
        {
            // The listing shows that it may not be read.
        }
    }

    private async Task ReadPermissionsAsync(Branch branch)
    {
        try
        {
            branch.Permissions = await store.GetPermissionsAsync(branch.Path, stop);
        }
        catch (XenStoreReplyException)
        {
            // The listing leaves them out.
        }
    }

    private async Task ReadChildrenAsync(Branch branch)
    {
        try
        {
            Adopt(branch, await store.ListAsync(branch.Path, stop));
        }
        catch (XenStoreReplyException error)
        {
            branch.ChildrenFailure = error.Error == XenStoreError.NotFound ? null : error;
        }
    }
}
