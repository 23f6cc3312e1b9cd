namespace Xen.Sys;

/// <content>
/// Interrupt lines of the domain. Those of x86 are for HVM domains, whose interrupt controllers Xen emulates. N.B. Xen
/// 4.17 does not look: it took <c>set_isa_irq_level</c> for a PVH domain, and crashed, with the whole machine, at the next
/// <c>set_pci_link_route</c>. <c>DomainInfo.EmulatesIoApic</c> tells the domains apart.
/// </content>
public static partial class DmOp
{
    /// <summary>Sets one of the four interrupt lines of an emulated PCI device (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="device">The device; its function does not matter. Xen has lines for segment 0, bus 0.</param>
    /// <param name="line">0 for INTA to 3 for INTD.</param>
    /// <param name="asserted">The new level.</param>
    /// <returns>Xen's result; EINVAL for another segment or bus, or another line.</returns>
    /// <remarks><c>XEN_DMOP_set_pci_intx_level</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult SetPciIntxLevel<T>(
        T transport, DomainId domain, PciSbdf device, byte line, bool asserted)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_pci_intx_level };
        op.u.set_pci_intx_level.domain = device.Segment;
        op.u.set_pci_intx_level.bus = device.Bus;
        op.u.set_pci_intx_level.device = device.Device;
        op.u.set_pci_intx_level.intx = line;
        op.u.set_pci_intx_level.level = Level(asserted);
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Sets one of the 16 interrupt lines of the ISA bus (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="irq">The line, 0 to 15.</param>
    /// <param name="asserted">The new level.</param>
    /// <returns>Xen's result; EINVAL no such line.</returns>
    /// <remarks><c>XEN_DMOP_set_isa_irq_level</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult SetIsaIrqLevel<T>(T transport, DomainId domain, byte irq, bool asserted)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_isa_irq_level };
        op.u.set_isa_irq_level.isa_irq = irq;
        op.u.set_isa_irq_level.level = Level(asserted);
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Chooses the line of the ISA bus that one of the four PCI links goes to (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="link">The link, 0 to 3.</param>
    /// <param name="irq">The line, 1 to 15; 0 for none.</param>
    /// <returns>Xen's result; EINVAL no such link or line.</returns>
    /// <remarks><c>XEN_DMOP_set_pci_link_route</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult SetPciLinkRoute<T>(T transport, DomainId domain, byte link, byte irq)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_pci_link_route };
        op.u.set_pci_link_route.link = link;
        op.u.set_pci_link_route.isa_irq = irq;
        return Invoke(transport, domain, ref op);
    }

    /// <summary>Sets an interrupt line of the domain's interrupt controller (Arm).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="irq">The line: a shared peripheral interrupt, 32 and up.</param>
    /// <param name="asserted">The new level. Lines that trigger by an edge need no lowering.</param>
    /// <returns>Xen's result; EINVAL no such line, or one that Xen itself uses; EOPNOTSUPP on x86.</returns>
    /// <remarks><c>XEN_DMOP_set_irq_level</c>, public/hvm/dm_op.h; stable.</remarks>
    public static HypercallResult SetIrqLevel<T>(T transport, DomainId domain, uint irq, bool asserted)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_irq_level };
        op.u.set_irq_level.irq = irq;
        op.u.set_irq_level.level = Level(asserted);
        return Invoke(transport, domain, ref op);
    }

    private static byte Level(bool asserted) => asserted ? (byte)1 : (byte)0;
}
