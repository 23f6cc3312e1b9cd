namespace Xen.Sys;

/// <content>Making ports. Every one of these fails with ENOSPC when the domain has no port left.</content>
public static partial class EventChannelOp
{
    /// <summary>Makes a port that waits for a domain to connect to it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain that the port is made in, or <see cref="DomainId.Self"/>.</param>
    /// <param name="remote">
    /// The domain that may connect, or <see cref="DomainId.Self"/>. Xen does not look whether there is one.
    /// </param>
    /// <param name="port">The port, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EPERM not privileged over the domain; ESRCH no such domain; ENOSPC no port left; ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_alloc_unbound</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult AllocUnbound<T>(
        T transport, DomainId domain, DomainId remote, out EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var alloc = new evtchn_alloc_unbound { dom = domain.Value, remote_dom = remote.Value };
        var result = Invoke(transport, XenAbi.EVTCHNOP_alloc_unbound, ref alloc);
        port = new EventChannelPort(result.IsSuccess ? alloc.port : 0);
        return result;
    }

    /// <summary>Makes a port and connects it to one that another domain left unbound for the caller.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="remote">The other domain.</param>
    /// <param name="remotePort">Its port.</param>
    /// <param name="port">The port made, pending already, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EINVAL if that port does not wait for the caller; ESRCH no such domain; ENOSPC no port left;
    /// ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_bind_interdomain</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult BindInterdomain<T>(
        T transport, DomainId remote, EventChannelPort remotePort, out EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var bind = new evtchn_bind_interdomain { remote_dom = remote.Value, remote_port = remotePort.Value };
        var result = Invoke(transport, XenAbi.EVTCHNOP_bind_interdomain, ref bind);
        port = new EventChannelPort(result.IsSuccess ? bind.local_port : 0);
        return result;
    }

    /// <summary>Makes a port for a virtual interrupt of Xen.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="virq">A <c>VIRQ_*</c> number, public/xen.h.</param>
    /// <param name="vcpu">The vCPU it is for; 0 for the interrupts that a domain has one of.</param>
    /// <param name="port">The port, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EEXIST if the interrupt has a port already; EINVAL no such interrupt, or a vCPU other than 0 for
    /// a global one; ENOENT no such vCPU; EPERM or EBUSY if it is another domain's; ENOSPC no port left; ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_bind_virq</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult BindVirq<T>(T transport, uint virq, VcpuId vcpu, out EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var bind = new evtchn_bind_virq { virq = virq, vcpu = vcpu.Value };
        var result = Invoke(transport, XenAbi.EVTCHNOP_bind_virq, ref bind);
        port = new EventChannelPort(result.IsSuccess ? bind.port : 0);
        return result;
    }

    /// <summary>Makes a port with which the domain interrupts one of its own vCPUs.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="port">The port, when the result is a success.</param>
    /// <returns>Xen's result; ENOENT no such vCPU; ENOSPC no port left; ENOMEM without a buffer.</returns>
    /// <remarks><c>EVTCHNOP_bind_ipi</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult BindIpi<T>(T transport, VcpuId vcpu, out EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var bind = new evtchn_bind_ipi { vcpu = vcpu.Value };
        var result = Invoke(transport, XenAbi.EVTCHNOP_bind_ipi, ref bind);
        port = new EventChannelPort(result.IsSuccess ? bind.port : 0);
        return result;
    }

    /// <summary>Makes a port for a physical interrupt.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="pirq">The interrupt's number in this domain.</param>
    /// <param name="willShare">The domain can share it with others.</param>
    /// <param name="port">The port, when the result is a success.</param>
    /// <returns>
    /// Xen's result; EEXIST if the interrupt has a port already; EINVAL no such interrupt; EPERM not the domain's;
    /// ENOSPC no port left; ENOMEM.
    /// </returns>
    /// <remarks><c>EVTCHNOP_bind_pirq</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult BindPirq<T>(T transport, uint pirq, bool willShare, out EventChannelPort port)
        where T : IHypercallTransport, allows ref struct
    {
        var bind = new evtchn_bind_pirq { pirq = pirq, flags = willShare ? XenAbi.BIND_PIRQ__WILL_SHARE : 0u };
        var result = Invoke(transport, XenAbi.EVTCHNOP_bind_pirq, ref bind);
        port = new EventChannelPort(result.IsSuccess ? bind.port : 0);
        return result;
    }

    /// <summary>Chooses the vCPU that a port notifies.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="port">A port of the calling domain. Those for IPIs and per-vCPU interrupts cannot be moved.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <returns>Xen's result; EINVAL no such port, or it cannot be moved; ENOENT no such vCPU; ENOMEM.</returns>
    /// <remarks><c>EVTCHNOP_bind_vcpu</c>, public/event_channel.h; stable.</remarks>
    public static HypercallResult BindVcpu<T>(T transport, EventChannelPort port, VcpuId vcpu)
        where T : IHypercallTransport, allows ref struct
    {
        var bind = new evtchn_bind_vcpu { port = port.Value, vcpu = vcpu.Value };
        return Invoke(transport, XenAbi.EVTCHNOP_bind_vcpu, ref bind);
    }
}
