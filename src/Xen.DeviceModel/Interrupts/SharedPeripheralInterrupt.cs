using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>A shared peripheral interrupt of an Arm domain, by <c>XEN_DMOP_set_irq_level</c>.</summary>
/// <param name="transport">The way to Xen.</param>
/// <param name="domain">An Arm domain.</param>
/// <param name="irq">32 and up; one that Xen has not given to a device of its own.</param>
/// <param name="trigger">How the guest was told that it triggers: libxl says by an edge.</param>
/// <param name="logger">Told of what Xen refuses.</param>
public sealed class SharedPeripheralInterrupt(
    IHypercallTransport transport,
    DomainId domain,
    uint irq,
    InterruptTrigger trigger = InterruptTrigger.Edge,
    ILogger? logger = null) : IInterruptLine
{
    /// <summary>The first of them.</summary>
    public const int First = 32;

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Lock _gate = new();
    private bool _isAsserted;

    /// <inheritdoc/>
    public void SetLevel(bool asserted)
    {
        // The order of changes is the device's. An edge is sent once, and nothing needs to fall; a level that is said to be
        // high once more is sent once more, since Xen does not look at it again when the guest is done.
        lock (_gate)
        {
            var isRising = asserted && !_isAsserted;
            var isFalling = !asserted && _isAsserted;
            _isAsserted = asserted;
            if (trigger == InterruptTrigger.Edge ? isRising : asserted || isFalling)
                Send(asserted);
        }
    }

    private void Send(bool asserted)
    {
        var result = DmOp.SetIrqLevel(transport, domain, irq, asserted);
        if (!result.IsSuccess)
            _logger.LevelRefused(domain, "SPI", irq, XenErrno.Name(result.Errno));
    }
}
