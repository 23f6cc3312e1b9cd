using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;

namespace Xen.Store.Operations;

/// <summary>Reads a tree level by level, all nodes of a level at once.</summary>
/// <param name="operations">The transaction, for a tree that fits together.</param>
internal sealed class TreeReader(XenStoreOperations operations)
{
    /// <summary>Reads a node and all below it.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">There is no such node, or the daemon fails.</exception>
    internal async ValueTask<XenStoreNode> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var root = new XenStoreNode(path, isReadable: true);
        List<XenStoreNode> level = [root];
        while (level.Count > 0)
        {
            await ReadValuesAsync(level, cancellationToken).ConfigureAwait(false);
            level = level.FindAll(static node => node.IsReadable);
            await ReadPermissionsAsync(level, cancellationToken).ConfigureAwait(false);
            await ReadChildrenAsync(level, cancellationToken).ConfigureAwait(false);
            level = [.. level.SelectMany(static node => node.Children)];
        }

        return root;
    }

    private ValueTask ReadValuesAsync(List<XenStoreNode> nodes, CancellationToken cancellationToken) => AskAsync(
        MessageType.Read,
        nodes,
        static (node, payload) => node.Value = payload.ToArray(),
        cancellationToken);

    private ValueTask ReadPermissionsAsync(List<XenStoreNode> nodes, CancellationToken cancellationToken) => AskAsync(
        MessageType.GetPermissions,
        nodes,
        static (node, payload) => node.Permissions = XenStoreOperations.ParsePermissions(payload)
            ?? throw new XenStoreProtocolException(RequestNames.Name(MessageType.GetPermissions), "an entry is no permission"),
        cancellationToken);

    private async ValueTask ReadChildrenAsync(List<XenStoreNode> nodes, CancellationToken cancellationToken)
    {
        var tooLong = new List<XenStoreNode>();
        await AskAsync(
            MessageType.Directory,
            nodes,
            static (node, payload) => Adopt(node, XenStoreOperations.Names(payload)),
            cancellationToken,
            tooLong).ConfigureAwait(false);
        foreach (var node in tooLong)
            Adopt(node, await operations.ListAsync(node.Path, cancellationToken).ConfigureAwait(false));
    }

    private static void Adopt(XenStoreNode node, string[] names)
    {
        var prefix = node.Path is "/" ? "/" : node.Path + "/";
        node.Children = Array.ConvertAll(names, name => new XenStoreNode(prefix + name, isReadable: true));
    }

    private delegate void Taker(XenStoreNode node, ReadOnlySpan<byte> payload);

    private ValueTask AskAsync(
        MessageType type,
        List<XenStoreNode> nodes,
        Taker take,
        CancellationToken cancellationToken,
        List<XenStoreNode>? tooLong = null)
    {
        var messages = new MessageList();
        foreach (var node in nodes)
            messages.Add(operations.Prepare(type, node.Path));
        return operations.Requester.RunAsync(type, messages, OnReply, operations.Bound, cancellationToken);

        void OnReply(int index, in Message reply)
        {
            var node = nodes[index];
            if (reply.Header.Type != MessageType.Error)
            {
                take(node, reply.Payload);
                return;
            }

            switch (ErrorNames.Parse(reply.Payload))
            {
                case XenStoreError.AccessDenied:
                    node.IsReadable = false;
                    break;
                case XenStoreError.TooBig when tooLong is not null:
                    tooLong.Add(node);
                    break;
                default:
                    throw operations.Refusal(reply, type, node.Path);
            }
        }
    }
}
