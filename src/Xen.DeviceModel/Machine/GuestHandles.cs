using System;
using Microsoft.Extensions.Logging;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>One guest's ways to Xen, which nobody else uses.</summary>
internal sealed class GuestHandles : IDisposable
{
    // Linux says so of a request that a driver does not know: ENOTTY, which Xen has no name for.
    private const int NotATerminal = 25;

    private GuestHandles(
        IHypercallTransport transport, IForeignMemory foreignMemory, IEventChannels eventChannels, IGrantTable? grants)
    {
        Transport = transport;
        ForeignMemory = foreignMemory;
        EventChannels = eventChannels;
        Grants = grants;
    }

    internal IHypercallTransport Transport { get; }

    internal IForeignMemory ForeignMemory { get; }

    internal IEventChannels EventChannels { get; }

    /// <summary>Null if guests do not use them.</summary>
    internal IGrantTable? Grants { get; }

    /// <summary>Opens them.</summary>
    /// <exception cref="XenException">A device is missing, or there is no permission.</exception>
    /// <exception cref="ArgumentException">Grants are wanted, and the platform has none.</exception>
    internal static GuestHandles Open(GuestDeviceModelPlatform platform, bool withGrants)
    {
        if (withGrants && platform.OpenGrantTable is null)
            throw new ArgumentException("this platform opens no grants", nameof(platform));

        IHypercallTransport? transport = null;
        IForeignMemory? foreignMemory = null;
        IEventChannels? eventChannels = null;
        try
        {
            transport = platform.OpenTransport();
            foreignMemory = platform.OpenForeignMemory();
            eventChannels = platform.OpenEventChannels();
            var grants = withGrants ? platform.OpenGrantTable!() : null;
            return new GuestHandles(transport, foreignMemory, eventChannels, grants);
        }
        catch
        {
            eventChannels?.Dispose();
            (foreignMemory as IDisposable)?.Dispose();
            (transport as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Gives up what they could do to other domains. Grants have no such restriction: a guest's reference names its own page.
    /// </summary>
    /// <exception cref="HypercallException">Refused, for another reason than that the kernel does not know how.</exception>
    internal void Restrict(DomainId domain, ILogger logger)
    {
        Restrict(Transport, "hypercalls", domain, logger);
        Restrict(ForeignMemory, "foreign memory", domain, logger);
        Restrict(EventChannels, "event channels", domain, logger);
    }

    public void Dispose()
    {
        Grants?.Dispose();
        EventChannels.Dispose();
        (ForeignMemory as IDisposable)?.Dispose();
        (Transport as IDisposable)?.Dispose();
    }

    private static void Restrict(object handle, string name, DomainId domain, ILogger logger)
    {
        if (handle is not IRestrictable restrictable)
            return;
        var result = restrictable.Restrict(domain);
        if (result.Errno is NotATerminal or XenAbi.XEN_EOPNOTSUPP)
            logger.NotRestricted(name, domain, XenErrno.Name(result.Errno));
        else
            result.OrThrow($"restrict {name}", domain);
    }
}
