using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Delivers message-signalled interrupts to a domain by <c>XEN_DMOP_inject_msi</c>.</summary>
/// <param name="transport">The way to Xen.</param>
/// <param name="domain">The domain.</param>
/// <param name="logger">Told of messages that Xen refuses.</param>
public sealed class DomainMsiSink(IHypercallTransport transport, DomainId domain, ILogger? logger = null) : IMsiSink
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <inheritdoc/>
    public void Deliver(MsiMessage message)
    {
        var result = DmOp.InjectMsi(transport, domain, message.Address, message.Data);
        if (!result.IsSuccess)
            _logger.MsiRefused(domain, message.Address, message.Data, XenErrno.Name(result.Errno));
    }
}
