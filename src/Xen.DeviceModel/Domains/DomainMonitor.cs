using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Watches for the end of a domain.</summary>
/// <remarks>
/// No event tells a device model that its domain is being destroyed, and a dying domain goes on answering its
/// device model while that holds its pages: so Xen is asked, a few times a second. Asked by number alone: use it
/// within the life of one domain.
/// </remarks>
public sealed class DomainMonitor
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(250);

    private readonly IHypercallTransport _transport;
    private readonly DomctlInterface _domctl;
    private readonly DomainId _domain;

    private DomainMonitor(IHypercallTransport transport, DomctlInterface domctl, DomainId domain)
    {
        _transport = transport;
        _domctl = domctl;
        _domain = domain;
    }

    /// <summary>Makes one, and looks at the domain for the first time.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="info">Its state now.</param>
    /// <exception cref="HypercallException">There is no such domain, or no permission to ask.</exception>
    /// <exception cref="XenException">This SDK does not have the structures of this Xen's domctl interface.</exception>
    public static DomainMonitor Open(IHypercallTransport transport, DomainId domain, out DomainInfo info)
    {
        ArgumentNullException.ThrowIfNull(transport);
        DomctlInterface.Probe(transport, out var domctl).OrThrow("domctl version probe");
        if (!domctl.IsSupported)
            throw new XenException($"this Xen speaks {domctl}, and this SDK does not have its structures");

        Domctl.GetDomainInfo(transport, domctl, domain, out info).OrThrow("domctl getdomaininfo", domain);
        return new DomainMonitor(transport, domctl, domain);
    }

    /// <summary>Waits until the domain has ended.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How it ended. A suspended domain has not ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="HypercallException">Xen no longer lets us ask.</exception>
    public async Task<DomainEnd> WaitForEndAsync(CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(DefaultInterval);
        do
        {
            if (FindEnd(_transport, _domctl, _domain) is { } end)
                return end;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>How a domain ended, as it is now.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">The interface of this Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <returns>Null if it has not ended. A suspended domain has not.</returns>
    /// <exception cref="HypercallException">No permission to ask.</exception>
    public static DomainEnd? FindEnd(IHypercallTransport transport, DomctlInterface domctl, DomainId domain)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var result = Domctl.GetDomainInfo(transport, domctl, domain, out var info);
        if (result.Errno == XenAbi.XEN_ESRCH)
            return DomainEnd.Destroyed;
        result.OrThrow("domctl getdomaininfo", domain);

        if (info.IsShutDown && info.ShutdownReason != XenAbi.SHUTDOWN_suspend)
            return info.ShutdownReason switch
            {
                XenAbi.SHUTDOWN_poweroff => DomainEnd.PowerOff,
                XenAbi.SHUTDOWN_reboot => DomainEnd.Reboot,
                XenAbi.SHUTDOWN_crash => DomainEnd.Crash,
                _ => DomainEnd.Destroyed,
            };
        return info.IsDying ? DomainEnd.Destroyed : null;
    }
}
