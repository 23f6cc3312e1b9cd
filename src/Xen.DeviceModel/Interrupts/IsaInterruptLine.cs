using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A line of the ISA bus that Xen emulates for HVM domains, by <c>XEN_DMOP_set_isa_irq_level</c>.</summary>
/// <remarks>Never for PVH domains: they have no such line, and Xen 4.17 crashes after that, as a whole machine.</remarks>
/// <param name="transport">The way to Xen.</param>
/// <param name="domain">An HVM domain.</param>
/// <param name="irq">0 to 15.</param>
/// <param name="logger">Told of what Xen refuses.</param>
public sealed class IsaInterruptLine(
    IHypercallTransport transport, DomainId domain, byte irq, ILogger? logger = null) : IInterruptLine
{
    /// <summary>How many lines there are.</summary>
    public const int Count = 16;

    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <inheritdoc/>
    public void SetLevel(bool asserted)
    {
        var result = DmOp.SetIsaIrqLevel(transport, domain, irq, asserted);
        if (!result.IsSuccess)
            _logger.LevelRefused(domain, "ISA line", irq, XenErrno.Name(result.Errno));
    }
}
