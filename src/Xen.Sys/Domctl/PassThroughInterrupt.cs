using Xen.Sys.V4_20;

namespace Xen.Sys;

/// <summary>How an interrupt of the host reaches a guest. C origin: <c>struct xen_domctl_bind_pt_irq</c>.</summary>
/// <remarks>One layout in every release and on every architecture.</remarks>
public readonly record struct PassThroughInterrupt
{
    private readonly pt_irq_type _type;
    private readonly uint _machineIrq;
    private readonly uint _low;
    private readonly uint _flags;
    private readonly ulong _table;

    private PassThroughInterrupt(pt_irq_type type, uint machineIrq, uint low, uint flags = 0, ulong table = 0)
    {
        _type = type;
        _machineIrq = machineIrq;
        _low = low;
        _flags = flags;
        _table = table;
    }

    /// <summary>x86: as a pin of a PCI device of the guest.</summary>
    /// <param name="machineIrq">The guest's number (pirq) for the host's interrupt.</param>
    /// <param name="bus">The guest's bus.</param>
    /// <param name="device">The device on it.</param>
    /// <param name="pin">0 is INTA.</param>
    public static PassThroughInterrupt Pci(uint machineIrq, byte bus, byte device, byte pin) =>
        new(pt_irq_type.PT_IRQ_TYPE_PCI, machineIrq, bus | ((uint)device << 8) | ((uint)pin << 16));

    /// <summary>x86: as a message.</summary>
    /// <param name="machineIrq">The guest's number (pirq) for the host's interrupt.</param>
    /// <param name="vector">The vector in the guest.</param>
    /// <param name="flags"><c>XEN_DOMCTL_VMSI_X86_*</c>: destination and delivery.</param>
    /// <param name="table">Guest physical address of the MSI-X table's page; 0 for MSI.</param>
    public static PassThroughInterrupt Msi(uint machineIrq, byte vector, uint flags, ulong table) =>
        new(pt_irq_type.PT_IRQ_TYPE_MSI, machineIrq, vector, flags, table);

    /// <summary>Arm: as a shared peripheral interrupt.</summary>
    /// <param name="machineIrq">The host's interrupt.</param>
    /// <param name="interrupt">The guest's; Xen wants the two to be equal.</param>
    public static PassThroughInterrupt Spi(uint machineIrq, ushort interrupt) =>
        new(pt_irq_type.PT_IRQ_TYPE_SPI, machineIrq, interrupt);

    internal xen_domctl_bind_pt_irq ToAbi()
    {
        var irq = new xen_domctl_bind_pt_irq { machine_irq = _machineIrq, irq_type = (uint)_type };
        switch (_type)
        {
            case pt_irq_type.PT_IRQ_TYPE_PCI:
                irq.u.pci.bus = (byte)_low;
                irq.u.pci.device = (byte)(_low >> 8);
                irq.u.pci.intx = (byte)(_low >> 16);
                break;
            case pt_irq_type.PT_IRQ_TYPE_MSI:
                irq.u.msi.gvec = (byte)_low;
                irq.u.msi.gflags = _flags;
                irq.u.msi.gtable = _table;
                break;
            default:
                irq.u.spi.spi = (ushort)_low;
                break;
        }

        return irq;
    }
}
