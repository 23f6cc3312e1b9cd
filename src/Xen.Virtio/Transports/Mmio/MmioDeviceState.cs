using System.Threading;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>Status, interrupt causes and interrupt line: what both the guest and the workers change.</summary>
/// <remarks>
/// One lock, never held while anything is waited for, so a worker may call in while it is being stopped.
/// </remarks>
internal sealed class MmioDeviceState(IInterruptLine line) : IQueueHost
{
    private readonly Lock _gate = new();
    private DeviceStatus _status;
    private InterruptCauses _causes;

    public DeviceStatus Status
    {
        get
        {
            lock (_gate)
                return _status;
        }
    }

    public InterruptCauses Causes
    {
        get
        {
            lock (_gate)
                return _causes;
        }
    }

    public void AddStatus(DeviceStatus bits)
    {
        lock (_gate)
        {
            _status |= bits;

            // A fault found before DRIVER_OK could not be told then (virtio 1.2 §2.1.2).
            if ((bits & DeviceStatus.DriverOk) != 0 && (_status & DeviceStatus.NeedsReset) != 0)
                Raise(InterruptCauses.ConfigChange);
        }
    }

    public void SignalUsed()
    {
        lock (_gate)
            Raise(InterruptCauses.UsedBuffer);
    }

    public void SignalConfigChange()
    {
        lock (_gate)
            Raise(InterruptCauses.ConfigChange);
    }

    public void SignalNeedsReset()
    {
        lock (_gate)
        {
            _status |= DeviceStatus.NeedsReset;
            Raise(InterruptCauses.ConfigChange);
        }
    }

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

    public void Reset()
    {
        lock (_gate)
        {
            _status = DeviceStatus.None;
            if (_causes != InterruptCauses.None)
                line.SetLevel(false);
            _causes = InterruptCauses.None;
        }
    }

    // No interrupt before DRIVER_OK (§3.1.1). The line is already high if any cause is there.
    private void Raise(InterruptCauses cause)
    {
        if ((_status & DeviceStatus.DriverOk) == 0)
            return;

        var wasLow = _causes == InterruptCauses.None;
        _causes |= cause;
        if (wasLow)
            line.SetLevel(true);
    }
}
