using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;

namespace Xen.Store.Watches;

/// <summary>Sets watches again on a new connection.</summary>
internal static class Rearming
{
    /// <summary>Sets them.</summary>
    /// <param name="requester">Sends the requests.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="watches">The watches.</param>
    /// <returns>Those that the daemon refuses, with its reasons.</returns>
    /// <exception cref="XenStoreDisconnectedException">The connection was lost again.</exception>
    internal static async ValueTask<List<(XenStoreWatch Watch, XenStoreReplyException Reason)>> RunAsync(
        Requester requester, StoreConnection connection, IReadOnlyList<XenStoreWatch> watches)
    {
        foreach (var watch in watches)
            watch.ExpectRearmed();
        var refused = await SetAsync(requester, connection, watches, withDepth: true).ConfigureAwait(false);

        // A daemon before Xen 4.21 takes no depth; the watch looks itself.
        var withDepth = refused.Where(static refusal => refusal.Watch.Depth is not null)
            .Select(static refusal => refusal.Watch)
            .ToList();
        refused.RemoveAll(static refusal => refusal.Watch.Depth is not null);
        refused.AddRange(await SetAsync(requester, connection, withDepth, withDepth: false).ConfigureAwait(false));
        return refused;
    }

    private static async ValueTask<List<(XenStoreWatch Watch, XenStoreReplyException Reason)>> SetAsync(
        Requester requester, StoreConnection connection, IReadOnlyList<XenStoreWatch> watches, bool withDepth)
    {
        var refused = new List<(XenStoreWatch, XenStoreReplyException)>();
        var messages = new MessageList();
        foreach (var watch in watches)
        {
            var request = requester.Rent();
            WatchMessage.Write(request, MessageType.Watch, watch, withDepth);
            messages.Add(request);
        }

        await requester.RunAsync(MessageType.Watch, messages, OnReply, connection, CancellationToken.None).ConfigureAwait(false);
        return refused;

        // One thread receives, so one reply at a time comes here.
        void OnReply(int index, in Message reply)
        {
            if (reply.Header.Type != MessageType.Error)
                return;
            refused.Add((watches[index], XenStoreReplyException.Of(reply, MessageType.Watch, watches[index].Path, 0)));
        }
    }
}
