using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Operations;

namespace Xen.Store;

/// <content>Whole trees.</content>
public sealed partial class XenStoreClient
{
    /// <summary>A node and all below it, as they were at one moment.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The tree. Nodes that may not be read are in it, and say so.</returns>
    /// <remarks>
    /// Read in one transaction. A domain other than the control domain has a quota of nodes in a transaction, 1,024 by
    /// default.
    /// </remarks>
    /// <exception cref="XenStoreConflictException">Others changed the tree each time while it was read.</exception>
    public ValueTask<XenStoreNode> SnapshotAsync(string path = "/", CancellationToken cancellationToken = default) => TransactAsync(
        transaction => new TreeReader(transaction).ReadAsync(path, cancellationToken), cancellationToken);
}
