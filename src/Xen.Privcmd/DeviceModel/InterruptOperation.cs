using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>Device model operations that interrupt the guest, for <see cref="InterruptEvents"/>.</summary>
public static class InterruptOperation
{
    /// <summary>A message-signalled interrupt (x86): <c>XEN_DMOP_inject_msi</c>.</summary>
    /// <param name="address">The message's address.</param>
    /// <param name="data">The message's data.</param>
    public static xen_dm_op Msi(ulong address, uint data)
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_inject_msi };
        op.u.inject_msi.addr = address;
        op.u.inject_msi.data = data;
        return op;
    }

    /// <summary>A rising edge of an interrupt line (Arm): <c>XEN_DMOP_set_irq_level</c>.</summary>
    /// <param name="irq">A shared peripheral interrupt, 32 and up.</param>
    public static xen_dm_op Edge(uint irq)
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_set_irq_level };
        op.u.set_irq_level.irq = irq;
        op.u.set_irq_level.level = 1;
        return op;
    }
}
