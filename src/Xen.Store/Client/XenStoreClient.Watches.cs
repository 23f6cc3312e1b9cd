using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Operations;
using Xen.Store.Protocol;
using Xen.Store.Watches;

namespace Xen.Store;

/// <content>Watches.</content>
public sealed partial class XenStoreClient
{
    /// <summary>Sets a watch.</summary>
    /// <param name="path">The node; <c>@introduceDomain</c> and <c>@releaseDomain</c> are events of domains.</param>
    /// <param name="depth">
    /// How far below it: 0 for the node alone, 1 with its children, and so on; null for all. A daemon before Xen 4.21 sends
    /// all, and the watch leaves out what is further below; it does not know depth for the two events.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The watch. It is set, and has a first event. Dispose of it to end it.</returns>
    /// <exception cref="ArgumentException">The path is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The depth is negative.</exception>
    public async ValueTask<XenStoreWatch> OpenWatchAsync(
        string path, int? depth = null, CancellationToken cancellationToken = default)
    {
        PathArgument.Check(Encoding.UTF8.GetBytes(path));
        if (depth is { } levels)
            ArgumentOutOfRangeException.ThrowIfNegative(levels, nameof(depth));
        cancellationToken.ThrowIfCancellationRequested();
        var watch = _watches.Add(path, depth);
        try
        {
            // Not cancelled half-way: the daemon would have a watch that nobody ends.
            await SetAsync(watch).ConfigureAwait(false);
            return watch;
        }
        catch (XenStoreReplyException)
        {
            _watches.Forget(watch);
            throw;
        }
        catch
        {
            // The daemon may have set it, or set it yet.
            await _watches.RemoveAsync(watch).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The events of a node and all below it, with a watch that lasts as long as the loop over them.</summary>
    /// <param name="path">As above.</param>
    /// <param name="depth">As above.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<XenStoreWatchEvent> WatchAsync(
        string path, int? depth = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var watch = await OpenWatchAsync(path, depth, cancellationToken).ConfigureAwait(false);
        await using (((IAsyncDisposable)watch).ConfigureAwait(false))
        {
            await foreach (var watchEvent in watch.WithCancellation(cancellationToken).ConfigureAwait(false))
                yield return watchEvent;
        }
    }

    /// <summary>Waits until a node's value is as it should be.</summary>
    /// <param name="path">The node.</param>
    /// <param name="predicate">Looks at the value, as text, or null if there is no such node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The value that satisfied the predicate.</returns>
    /// <exception cref="XenStoreEncodingException">The value is not UTF-8.</exception>
    public async ValueTask<string?> WaitUntilAsync(
        string path, Func<string?, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var watch = await OpenWatchAsync(path, depth: 0, cancellationToken).ConfigureAwait(false);
        await using (((IAsyncDisposable)watch).ConfigureAwait(false))
        {
            while (await watch.ReadAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                var value = await TryReadAsync(path, cancellationToken).ConfigureAwait(false);
                if (predicate(value))
                    return value;
            }
        }

        throw new ObjectDisposedException(nameof(XenStoreClient));
    }

    private async ValueTask SetAsync(XenStoreWatch watch)
    {
        for (var withDepth = watch.Depth is not null; ; withDepth = false)
        {
            using var request = Requester.Rent();
            WatchMessage.Write(request, MessageType.Watch, watch, withDepth);
            await Requester.SendAsync(request, Bound, CancellationToken.None).ConfigureAwait(false);
            // An old daemon takes no depth. A reconnection may have set a watch that was just made.
            if (withDepth && request.Error == XenStoreError.Invalid)
                continue;
            if (request.Error != XenStoreError.AlreadyExists)
                request.ThrowIfFailed();
            return;
        }
    }
}
