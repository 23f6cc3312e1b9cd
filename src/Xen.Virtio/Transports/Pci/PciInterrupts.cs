using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Spec;
using Xen.Virtio.Transports.Core;

namespace Xen.Virtio.Transports.Pci;

/// <summary>
/// ISR status and pin, or messages by vector, as the guest has chosen (virtio 1.2 §4.1.4.5, §4.1.5.1.2).
/// </summary>
internal sealed class PciInterrupts : ITransportInterrupts
{
    private readonly PciConfigSpace _config;
    private readonly int[] _queueVectors;
    private volatile int _configVector;

    // Guards ISR status and pin. Signals by message do not take it.
    private readonly Lock _gate = new();
    private InterruptCauses _causes;
    private IInterruptLine? _pin;
    private bool _pinDisabled;
    private bool _asserted;

    public PciInterrupts(PciConfigSpace config, int queues)
    {
        _config = config;
        _queueVectors = new int[queues];
        Messages = new MsixTable(queues + 1);
        ForgetVectors();
    }

    /// <summary>One vector for each queue, and one for changes of the configuration.</summary>
    public MsixTable Messages { get; }

    public ushort ConfigVector
    {
        get => (ushort)_configVector;
        set => _configVector = Existing(value);
    }

    public void Attach(IPciHost host)
    {
        lock (_gate)
            _pin = host.Pin;
        Messages.Attach(host.Msi);
        UpdatePin();
    }

    public void SetControl(ushort messageControl, PciCommands command)
    {
        Messages.SetControl(messageControl, (command & PciCommands.BusMaster) != 0);
        lock (_gate)
            _pinDisabled = (command & PciCommands.InterruptDisable) != 0;
        UpdatePin();
    }

    public ushort GetQueueVector(uint queue) => (ushort)Volatile.Read(ref _queueVectors[queue]);

    // The driver reads the vector back to see whether it was taken.
    public void SetQueueVector(uint queue, ushort vector) =>
        Volatile.Write(ref _queueVectors[queue], Existing(vector));

    public bool IsVector(ushort vector) => Existing(vector) == vector;

    public void RaiseUsed(int queue)
    {
        if (Messages.IsEnabled)
            Messages.Signal(GetQueueVector((uint)queue));
        else
            AddCause(InterruptCauses.UsedBuffer);
    }

    public void RaiseConfigChange()
    {
        AddCause(InterruptCauses.ConfigChange);
        Messages.Signal(_configVector);
    }

    /// <summary>What reading ISR status does: it gives the causes, forgets them and lowers the pin.</summary>
    public InterruptCauses TakeCauses()
    {
        lock (_gate)
        {
            var causes = _causes;
            _causes = InterruptCauses.None;
            UpdatePin();
            return causes;
        }
    }

    public void Reset()
    {
        ForgetVectors();
        TakeCauses();
    }

    private ushort Existing(ushort vector) => vector < Messages.Count ? vector : VirtioPciLayout.NoVector;

    private void ForgetVectors()
    {
        _configVector = VirtioPciLayout.NoVector;
        Array.Fill(_queueVectors, VirtioPciLayout.NoVector);
    }

    private void AddCause(InterruptCauses cause)
    {
        lock (_gate)
        {
            _causes |= cause;
            UpdatePin();
        }
    }

    private void UpdatePin()
    {
        lock (_gate)
        {
            var wanted = _causes != InterruptCauses.None && !Messages.IsEnabled;
            _config.IsInterruptPending = wanted;
            var asserted = wanted && !_pinDisabled;
            if (asserted == _asserted || _pin is null)
                return;

            _asserted = asserted;
            _pin.SetLevel(asserted);
        }
    }
}
