using System;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>The interrupt lines of a domain that its device model sets.</summary>
public sealed class SimulatedInterrupts
{
    private const int IsaLines = 16;
    private const int PciLinks = 4;
    private const int PciDevices = 32;
    private const int PciPins = 4;

    private const uint FirstShared = 32;
    private const uint LastShared = 1019;

    private readonly List<(uint Line, bool Level)> _changes = [];
    private readonly bool[] _isa = new bool[IsaLines];
    private readonly byte[] _routes = new byte[PciLinks];
    private readonly bool[,] _pins = new bool[PciDevices, PciPins];

    internal SimulatedInterrupts()
    {
    }

    /// <summary>Whether an ISA line is asserted.</summary>
    /// <param name="line">0 to 15.</param>
    public bool IsIsaAsserted(int line) => _isa[line];

    /// <summary>Whether a pin of a PCI device of bus 0 is asserted.</summary>
    /// <param name="device">0 to 31.</param>
    /// <param name="pin">0 to 3, for INTA to INTD.</param>
    public bool IsPinAsserted(int device, int pin) => _pins[device, pin];

    /// <summary>The ISA line that a PCI link leads to; 0 if to none.</summary>
    /// <param name="link">0 to 3.</param>
    public byte GetRoute(int link) => _routes[link];

    /// <summary>What the lines of an Arm domain's interrupt controller were set to, in order.</summary>
    public IReadOnlyList<(uint Line, bool Level)> LineChanges => _changes;

    /// <summary>The lines that are asserted, in words.</summary>
    public IEnumerable<string> Asserted()
    {
        for (var line = 0; line < IsaLines; line++)
        {
            if (_isa[line])
                yield return $"isa {line}";
        }

        for (var device = 0; device < PciDevices; device++)
        {
            for (var pin = 0; pin < PciPins; pin++)
            {
                if (_pins[device, pin])
                    yield return $"pci {device} int{(char)('a' + pin)}";
            }
        }
    }

    internal HypercallResult SetLine(in xen_dm_op_set_irq_level line)
    {
        if (line.irq is < FirstShared or > LastShared || line.level > 1 || line.pad.AsSpan().ContainsAnyExcept((byte)0))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        _changes.Add((line.irq, line.level != 0));
        return default;
    }

    internal HypercallResult Set(in xen_dm_op op)
    {
        switch (op.op)
        {
            case XenAbi.XEN_DMOP_set_pci_intx_level:
                var pin = op.u.set_pci_intx_level;
                if (pin.domain != 0 || pin.bus != 0 || pin.device >= PciDevices || pin.intx >= PciPins || pin.level > 1)
                    return HypercallResult.Failure(XenAbi.XEN_EINVAL);
                _pins[pin.device, pin.intx] = pin.level != 0;
                return default;
            case XenAbi.XEN_DMOP_set_isa_irq_level:
                var line = op.u.set_isa_irq_level;
                if (line.isa_irq >= IsaLines || line.level > 1)
                    return HypercallResult.Failure(XenAbi.XEN_EINVAL);
                _isa[line.isa_irq] = line.level != 0;
                return default;
            default:
                var route = op.u.set_pci_link_route;
                if (route.link >= PciLinks || route.isa_irq >= IsaLines)
                    return HypercallResult.Failure(XenAbi.XEN_EINVAL);
                _routes[route.link] = route.isa_irq;
                return default;
        }
    }
}
