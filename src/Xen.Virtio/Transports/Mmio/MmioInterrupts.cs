using System.Threading;
using Xen.Machine;
using Xen.Virtio.Spec;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>InterruptStatus and the line: high while there is a cause (virtio 1.2 §4.2.2).</summary>
internal sealed class MmioInterrupts(IInterruptLine line) : ITransportInterrupts
{
    private readonly Lock _gate = new();
    private InterruptCauses _causes;

    public InterruptCauses Causes
    {
        get
        {
            lock (_gate)
                return _causes;
        }
    }

    public void RaiseUsed(int queue) => Raise(InterruptCauses.UsedBuffer);

    public void RaiseConfigChange() => Raise(InterruptCauses.ConfigChange);

    public void Acknowledge(InterruptCauses causes)
    {
        lock (_gate)
        {
            if (_causes == InterruptCauses.None)
                return;

            _causes &= ~causes;
            line.SetLevel(false);

            // A cause that came after the driver has read the register is still there. An edge-triggered input
            // would never see it on a line that just stays high.
            if (_causes != InterruptCauses.None)
                line.SetLevel(true);
        }
    }

    public void Reset() => Acknowledge(InterruptCauses.UsedBuffer | InterruptCauses.ConfigChange);

    private void Raise(InterruptCauses cause)
    {
        lock (_gate)
        {
            var wasLow = _causes == InterruptCauses.None;
            _causes |= cause;
            if (wasLow)
                line.SetLevel(true);
        }
    }
}
