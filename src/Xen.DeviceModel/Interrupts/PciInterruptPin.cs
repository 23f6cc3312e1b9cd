using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A pin of a PCI device of an HVM domain, by <c>XEN_DMOP_set_pci_intx_level</c>.</summary>
/// <remarks>For HVM domains only, as <see cref="IsaInterruptLine"/>.</remarks>
/// <param name="transport">The way to Xen.</param>
/// <param name="domain">An HVM domain.</param>
/// <param name="device">The device, of segment 0, bus 0: others have no pins that Xen knows.</param>
/// <param name="pin">0 for INTA to 3 for INTD.</param>
/// <param name="logger">Told of what Xen refuses.</param>
public sealed class PciInterruptPin(
    IHypercallTransport transport, DomainId domain, PciSbdf device, byte pin, ILogger? logger = null) : IInterruptLine
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <inheritdoc/>
    public void SetLevel(bool asserted)
    {
        var result = DmOp.SetPciIntxLevel(transport, domain, device, pin, asserted);
        if (!result.IsSuccess)
            _logger.LevelRefused(domain, "pin of PCI device", device.Device, XenErrno.Name(result.Errno));
    }
}
