namespace Xen.Sys;

/// <content>Interrupts of the domain.</content>
public static partial class DmOp
{
    /// <summary>Delivers a message-signalled interrupt (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="address">The message's address: destination and destination mode.</param>
    /// <param name="data">The message's data: vector, delivery and trigger mode.</param>
    /// <returns>Xen's result; EINVAL if Xen cannot deliver it so.</returns>
    public static HypercallResult InjectMsi<T>(T transport, DomainId domain, ulong address, uint data)
        where T : IHypercallTransport, allows ref struct
    {
        var op = new xen_dm_op { op = XenAbi.XEN_DMOP_inject_msi };
        op.u.inject_msi.addr = address;
        op.u.inject_msi.data = data;
        return Invoke(transport, domain, ref op);
    }
}
