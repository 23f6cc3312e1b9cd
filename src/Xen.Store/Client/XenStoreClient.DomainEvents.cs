using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Watches;

namespace Xen.Store;

/// <content>The coming and going of domains.</content>
public sealed partial class XenStoreClient
{
    private const string Introduction = "@introduceDomain";
    private const string Release = "@releaseDomain";

    /// <summary>Domains that come and go; those that are there first.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <remarks>
    /// For who may list <c>/local/domain</c>: the control domain, and domains that were given the right. A domain that came
    /// and went between two looks does not appear.
    /// </remarks>
    public async IAsyncEnumerable<XenStoreDomainEvent> WatchDomainsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var introductions = await OpenWatchAsync(Introduction, depth: null, cancellationToken).ConfigureAwait(false);
        await using (((IAsyncDisposable)introductions).ConfigureAwait(false))
        {
            var releases = await OpenWatchAsync(Release, depth: null, cancellationToken).ConfigureAwait(false);
            await using (((IAsyncDisposable)releases).ConfigureAwait(false))
            {
                await foreach (var domainEvent in TrackAsync(introductions, releases, cancellationToken).ConfigureAwait(false))
                    yield return domainEvent;
            }
        }
    }

    private async IAsyncEnumerable<XenStoreDomainEvent> TrackAsync(
        XenStoreWatch introductions, XenStoreWatch releases, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tracker = new DomainTracker(this);
        var introduction = introductions.ReadAsync(stop.Token).AsTask();
        var release = releases.ReadAsync(stop.Token).AsTask();
        try
        {
            while (true)
            {
                var first = await Task.WhenAny(introduction, release).ConfigureAwait(false);
                if (await first.ConfigureAwait(false) is not { } watchEvent)
                    yield break;
                var isRelease = first == release && watchEvent.Kind == XenStoreWatchEventKind.Changed;
                if (first == release)
                    release = releases.ReadAsync(stop.Token).AsTask();
                else
                    introduction = introductions.ReadAsync(stop.Token).AsTask();
                foreach (var domainEvent in await tracker.LookAsync(isRelease, cancellationToken).ConfigureAwait(false))
                    yield return domainEvent;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(introduction, release)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
