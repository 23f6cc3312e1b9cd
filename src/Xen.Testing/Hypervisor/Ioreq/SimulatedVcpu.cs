using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>A vCPU of a simulated domain: it makes requests, and holds the device model to the protocol.</summary>
/// <remarks>
/// Where the real Xen would crash the guest, or leave the vCPU waiting for ever, these methods throw
/// <see cref="IoreqProtocolException"/>. A vCPU does one thing at a time: either these methods, which wait, or a
/// <see cref="GuestScript"/>, which does not.
/// </remarks>
public sealed partial class SimulatedVcpu
{
    private readonly SimulatedDomain _domain;
    private readonly object _gate = new();
    private SimulatedIoreqServer? _waitingFor;
    private bool _isWoken;
    private SimulatedEvent? _event;
    private int _isBusy;

    internal SimulatedVcpu(SimulatedDomain domain, int number)
    {
        _domain = domain;
        Number = number;
    }

    /// <summary>Its number within the domain.</summary>
    public int Number { get; }

    /// <summary>How long a response may take before the vCPU counts as stuck.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Its registers, as a toolstack loaded them; null if none did. C origin: <c>struct hvm_hw_cpu</c>.</summary>
    internal byte[]? Context { get; set; }

    /// <summary>True once it may look again for the answer that it waits for.</summary>
    internal bool IsWoken
    {
        get
        {
            lock (_gate)
                return _isWoken;
        }
    }

    /// <summary>Reads from a guest physical address that is not memory.</summary>
    /// <param name="address">The address.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8.</param>
    /// <returns>What the device model answered; all ones where no server claims the address.</returns>
    public ulong Read(ulong address, uint size) => Perform(VcpuAccess.Read(address, size));

    /// <summary>Writes to a guest physical address that is not memory.</summary>
    /// <param name="address">The address.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8.</param>
    /// <param name="value">The value.</param>
    public void Write(ulong address, uint size, ulong value) => Perform(VcpuAccess.Write(address, size, value));

    /// <summary>Reads from a port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <returns>What the device model answered; all ones where no server claims the port.</returns>
    public ulong ReadPort(ushort port, uint size) => Perform(VcpuAccess.ReadPort(port, size));

    /// <summary>Writes to a port.</summary>
    /// <param name="port">The port.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The value.</param>
    public void WritePort(ushort port, uint size, ulong value) => Perform(VcpuAccess.WritePort(port, size, value));

    /// <summary>Reads a PCI function's configuration space, through the ports CF8 and CFC.</summary>
    /// <param name="function">The function, of segment 0.</param>
    /// <param name="register">Offset in the first 256 bytes.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <returns>What the device model answered; all ones where no server claims the function.</returns>
    public ulong ReadPci(PciSbdf function, byte register, uint size)
    {
        Select(function, register);
        return ReadPort((ushort)(PciData | (register & 3)), size);
    }

    /// <summary>Writes to a PCI function's configuration space, through the ports CF8 and CFC.</summary>
    /// <param name="function">The function, of segment 0.</param>
    /// <param name="register">Offset in the first 256 bytes.</param>
    /// <param name="size">Bytes: 1, 2 or 4.</param>
    /// <param name="value">The value.</param>
    public void WritePci(PciSbdf function, byte register, uint size, ulong value)
    {
        Select(function, register);
        WritePort((ushort)(PciData | (register & 3)), size, value);
    }

    /// <summary>Makes a request of any shape to the server that claims an address, or to the newest one.</summary>
    /// <param name="request">The request; state and port are filled in here.</param>
    /// <returns>The data of the response; all ones if there is no server.</returns>
    public ulong Request(ioreq request) => Perform(VcpuAccess.Of(request));

    /// <summary>Carries out an access, and waits for its answer.</summary>
    /// <param name="access">What to do.</param>
    /// <returns>What was read; of a string, and of a write, nothing that means anything.</returns>
    /// <exception cref="InvalidOperationException">The vCPU is in the middle of something else.</exception>
    /// <exception cref="IoreqProtocolException">The device model broke the protocol.</exception>
    public ulong Perform(VcpuAccess access)
    {
        using var run = Start(access);
        while (run.MoveNext())
        {
            if (run.Current == VcpuStep.Blocked)
                WaitForWakeUp();
        }

        return _result;
    }

    private void Select(PciSbdf function, byte register) =>
        WritePort(PciAddress, 4, PciEnable | (function.Value << 8) | (register & 0xfcu));

    /// <summary>The vCPU runs, and takes the event that a device model injected.</summary>
    /// <returns>null if there is none.</returns>
    public SimulatedEvent? TakeEvent()
    {
        lock (_gate)
        {
            var taken = _event;
            _event = null;
            return taken;
        }
    }

    /// <summary>Gives it an event to take when it next runs.</summary>
    /// <returns>False if it has one already.</returns>
    internal bool TryInject(SimulatedEvent injected)
    {
        lock (_gate)
        {
            if (_event is not null)
                return false;
            _event = injected;
            return true;
        }
    }

    /// <summary>The device model notified one of this vCPU's ports.</summary>
    internal void Notified()
    {
        lock (_gate)
        {
            _isWoken = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A server answers no more: its request, if there is one, is over.</summary>
    internal void Abandon(SimulatedIoreqServer server)
    {
        server.Clear(this);
        if (Volatile.Read(ref _waitingFor) == server)
            Notified();
    }

    private void WaitForWakeUp()
    {
        lock (_gate)
        {
            while (!_isWoken)
            {
                if (!Monitor.Wait(_gate, Patience))
                    break;
            }

            if (_isWoken)
                return;
        }

        throw new IoreqProtocolException($"vCPU {Number} got no response: {Waiting()}");
    }

    /// <summary>What it waits for, in words.</summary>
    internal string Waiting()
    {
        lock (_domain.Gate)
        {
            return Volatile.Read(ref _waitingFor) is { } server
                ? $"its slot of server {server.Id} is in state {server.Look(this).state}"
                : "it waits for nothing";
        }
    }
}
