using System.Threading;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Core;

/// <summary>The device status: what both the guest and the workers change.</summary>
/// <remarks>
/// One lock, never held while anything is waited for, so a worker may call in while it is being stopped.
/// </remarks>
internal sealed class TransportState(ITransportInterrupts interrupts)
{
    private readonly Lock _gate = new();
    private volatile DeviceStatus _status;

    public DeviceStatus Status => _status;

    public void AddStatus(DeviceStatus bits)
    {
        lock (_gate)
        {
            _status |= bits;

            // A fault found before DRIVER_OK could not be told then (virtio 1.2 §2.1.2).
            if ((bits & DeviceStatus.DriverOk) != 0 && (_status & DeviceStatus.NeedsReset) != 0)
                interrupts.RaiseConfigChange();
        }
    }

    // A worker has stopped before a reset ends, so its signal cannot come after one and needs no lock.
    public void SignalUsed(int queue)
    {
        if (IsDriverReady)
            interrupts.RaiseUsed(queue);
    }

    public void SignalConfigChange()
    {
        lock (_gate)
            RaiseConfigChange();
    }

    public void SignalNeedsReset()
    {
        lock (_gate)
        {
            _status |= DeviceStatus.NeedsReset;
            RaiseConfigChange();
        }
    }

    public void Restore(DeviceStatus status)
    {
        lock (_gate)
            _status = status;
    }

    public void Reset()
    {
        lock (_gate)
        {
            _status = DeviceStatus.None;
            interrupts.Reset();
        }
    }

    // No interrupt before DRIVER_OK (§3.1.1).
    private bool IsDriverReady => (_status & DeviceStatus.DriverOk) != 0;

    private void RaiseConfigChange()
    {
        if (IsDriverReady)
            interrupts.RaiseConfigChange();
    }
}
