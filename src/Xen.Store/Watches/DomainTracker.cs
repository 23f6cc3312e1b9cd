using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Sys;

namespace Xen.Store.Watches;

/// <summary>
/// Finds out what became of which domain: the daemon says only that something did, so what it serves is compared with what
/// it served before.
/// </summary>
/// <param name="client">The client.</param>
internal sealed class DomainTracker(XenStoreClient client)
{
    private const string DomainsPath = "/local/domain";

    private HashSet<DomainId> _known = [];

    /// <summary>Looks again.</summary>
    /// <param name="isRelease">Whether a domain ended in some way.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async ValueTask<List<XenStoreDomainEvent>> LookAsync(bool isRelease, CancellationToken cancellationToken)
    {
        var served = await FindServedAsync(cancellationToken).ConfigureAwait(false);
        var events = new List<XenStoreDomainEvent>();
        foreach (var domain in _known.Except(served).OrderBy(static domain => domain.Value))
            events.Add(new XenStoreDomainEvent(XenStoreDomainEventKind.Released, domain));
        if (isRelease && events.Count == 0)
            events.Add(new XenStoreDomainEvent(XenStoreDomainEventKind.ShutDown, null));
        foreach (var domain in served.Except(_known).OrderBy(static domain => domain.Value))
            events.Add(new XenStoreDomainEvent(XenStoreDomainEventKind.Introduced, domain));
        _known = served;
        return events;
    }

    private async ValueTask<HashSet<DomainId>> FindServedAsync(CancellationToken cancellationToken)
    {
        var served = new HashSet<DomainId>();
        foreach (var domain in await FindNamedAsync(cancellationToken).ConfigureAwait(false))
        {
            // The toolstack writes a domain's nodes before the daemon serves it, and removes them after it is gone.
            if (await client.IsDomainIntroducedAsync(domain, cancellationToken).ConfigureAwait(false))
                served.Add(domain);
        }

        return served;
    }

    private async ValueTask<IEnumerable<DomainId>> FindNamedAsync(CancellationToken cancellationToken)
    {
        string[] names;
        try
        {
            names = await client.ListAsync(DomainsPath, cancellationToken).ConfigureAwait(false);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            names = [];
        }

        var named = names
            .Where(static name => ushort.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(static name => new DomainId(ushort.Parse(name, CultureInfo.InvariantCulture)));
        // Some are gone, with their nodes, and still served; some are served before they have nodes.
        return named.Union(_known);
    }
}
