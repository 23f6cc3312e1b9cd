using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <content>Its devices.</content>
public sealed partial class GuestDeviceModel
{
    // As PCs with an I/O APIC have it: four of their links, twice.
    private const int FirstPciInput = 16;
    private const int PciInputs = 8;

    private readonly Lock _change = new();
    private readonly Dictionary<PciAddress, PciSlot> _slots = [];

    /// <summary>The wire to an interrupt of the guest.</summary>
    /// <param name="irq">
    /// PVH: input of the I/O APIC, 0 to 23. HVM: line of the ISA bus, 0 to 15. Arm: interrupt of the GIC, 32 and up.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The guest has no such interrupt.</exception>
    /// <exception cref="InvalidOperationException">There is no I/O APIC: the options say so.</exception>
    public IInterruptLine InterruptLine(int irq)
    {
        switch (_kind)
        {
            case GuestKind.Pvh:
                return (_ioApic ?? throw new InvalidOperationException("this device model has no I/O APIC")).GetLine(irq);
            case GuestKind.Hvm:
                ArgumentOutOfRangeException.ThrowIfNegative(irq);
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(irq, IsaInterruptLine.Count);
                return new IsaInterruptLine(_handles.Transport, Domain, (byte)irq, _logger);
            default:
                ArgumentOutOfRangeException.ThrowIfLessThan(irq, SharedPeripheralInterrupt.First);
                return new SharedPeripheralInterrupt(
                    _handles.Transport, Domain, (uint)irq, _options.Trigger, _logger);
        }
    }

    /// <summary>Puts a device into the guest's address space.</summary>
    /// <param name="address">Where its window starts.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="ArgumentException">
    /// The place is the guest's RAM, or another device's, or there is no such window.
    /// </exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void AddMmio(ulong address, IMmioDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        using (var view = _memory.Enter())
        {
            if (view.TryGetSpan(address, 1, GuestAccess.Read, out _))
                throw new ArgumentException(
                    $"0x{address:x} is RAM of domain {Domain}; it must be an address without memory");
        }

        _server.MapMmio(address, device);
    }

    /// <summary>Takes a device out. When this returns, its guest reaches it no more; a call may be under way.</summary>
    /// <param name="address">Where its window starts; nothing happens if there is none.</param>
    public void RemoveMmio(ulong address)
    {
        if (_server.UnmapMmio(address))
            _windows.TryAgain();
    }

    /// <summary>Puts a device into the guest's space of ports (x86).</summary>
    /// <param name="port">Its first port.</param>
    /// <param name="device">The device; its window is of ports, and accesses have 1, 2 or 4 bytes.</param>
    /// <exception cref="ArgumentException">The ports are another device's, or there are none such.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public void AddPorts(ushort port, IMmioDevice device) => _server.MapPorts(port, device);

    /// <summary>Takes a device out of the space of ports.</summary>
    /// <param name="port">Its first port; nothing happens if there is none.</param>
    public void RemovePorts(ushort port) => _server.UnmapPorts(port);

    /// <summary>Plugs a PCI function in, and attaches it (x86).</summary>
    /// <remarks>
    /// Its pin: of an HVM guest that of the emulated bus, for bus 0; of a PVH guest input 16 + device % 8 of the I/O APIC, as
    /// the guest's ACPI tables must say. The windows that the guest places are claimed and given up as it goes.
    /// </remarks>
    /// <param name="address">Where. A QEMU that serves the same guest must not have a function there.</param>
    /// <param name="device">The function.</param>
    /// <returns>What it is plugged into.</returns>
    /// <exception cref="ArgumentException">There is one already.</exception>
    /// <exception cref="HypercallException">Xen refused.</exception>
    public IPciHost AddPci(PciAddress address, IPciDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (_change)
        {
            var slot = new PciSlot(_windows, Msi, Pin(address));
            if (!_slots.TryAdd(address, slot))
                throw new ArgumentException($"there is a PCI function at {address} already", nameof(address));
            try
            {
                if (_slots.Count == 1 && _kind == GuestKind.Pvh)
                    _server.MapPorts(PciAddressPort.Port, new PciAddressPort());
                device.Attach(slot);
                _server.MapPci(Place(address), device);
                return slot;
            }
            catch
            {
                Forget(address);
                throw;
            }
        }
    }

    /// <summary>Unplugs a PCI function, with its windows. Nothing happens if there is none.</summary>
    /// <param name="address">Where.</param>
    public void RemovePci(PciAddress address)
    {
        lock (_change)
        {
            if (!_slots.TryGetValue(address, out var slot))
                return;
            _server.UnmapPci(Place(address));
            slot.UnmapAll();
            Forget(address);
        }
    }

    private static PciSbdf Place(PciAddress address) =>
        new(address.Segment, address.Bus, address.Device, address.Function);

    private void Forget(PciAddress address)
    {
        _slots.Remove(address);
        if (_slots.Count == 0 && _kind == GuestKind.Pvh)
            _server.UnmapPorts(PciAddressPort.Port);
    }

    private IInterruptLine Pin(PciAddress address) => _kind switch
    {
        GuestKind.Hvm => new PciInterruptPin(_handles.Transport, Domain, Place(address), pin: 0, _logger),
        GuestKind.Pvh when _ioApic is not null => _ioApic.GetLine(FirstPciInput + (address.Device % PciInputs)),
        _ => AbsentInterruptLine.Instance,
    };
}
