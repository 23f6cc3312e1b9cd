using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>event_channel_op: virtual interrupts, and those between vCPUs.</content>
// SAFETY: as for all operations.
public sealed unsafe partial class SimulatedXen
{
    /// <summary>Xen has a virtual interrupt for a domain.</summary>
    /// <param name="domain">The domain; the control domain gets the global ones.</param>
    /// <param name="virq"><c>VIRQ_*</c>, public/xen.h.</param>
    /// <returns>False if the domain has not bound it.</returns>
    public bool RaiseVirq(DomainId domain, uint virq)
    {
        EventChannelPort? port;
        lock (PortGate)
            port = PortsOf(domain) is { } ports ? BoundTo(ports, virq, default) : null;
        if (port is not { } bound)
            return false;
        Raise(domain, bound);
        return true;
    }

    private HypercallResult BindVirq(Caller caller, SimulatedPorts own, evtchn_bind_virq* bind)
    {
        if (bind->virq >= XenAbi.NR_VIRQS || (IsGlobal(bind->virq) && bind->vcpu != 0))
            return Invalid;
        if (bind->vcpu >= VcpuCount(caller.Domain))
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        if (IsGlobal(bind->virq) && bind->virq != XenAbi.VIRQ_ARGO && !caller.IsPrivileged)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        var vcpu = new VcpuId(bind->vcpu);
        if (BoundTo(own, bind->virq, vcpu) is not null)
            return HypercallResult.Failure(XenAbi.XEN_EEXIST);
        var status = new EventChannelStatus(EventChannelState.VirtualInterrupt, vcpu, Interrupt: bind->virq);
        var result = own.Allocate(status, out var port);
        bind->port = port.Value;
        return result;
    }

    private HypercallResult BindIpi(Caller caller, SimulatedPorts own, evtchn_bind_ipi* bind)
    {
        if (bind->vcpu >= VcpuCount(caller.Domain))
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        var status = new EventChannelStatus(EventChannelState.InterProcessor, new VcpuId(bind->vcpu));
        var result = own.Allocate(status, out var port);
        bind->port = port.Value;
        return result;
    }

    private static bool IsGlobal(uint virq) =>
        virq is not (XenAbi.VIRQ_TIMER or XenAbi.VIRQ_DEBUG or XenAbi.VIRQ_XENOPROF or XenAbi.VIRQ_XENPMU);

    // A global one that was moved to another vCPU is bound all the same.
    private static EventChannelPort? BoundTo(SimulatedPorts ports, uint virq, VcpuId vcpu)
    {
        foreach (var (number, port) in ports.All)
        {
            if (port.Status.State == EventChannelState.VirtualInterrupt
                && port.Status.Interrupt == virq
                && (IsGlobal(virq) || port.Status.Vcpu == vcpu))
                return number;
        }

        return null;
    }

    // The control domain has one.
    private uint VcpuCount(DomainId domain) => domain == Control ? 1 : (uint)(Find(domain)?.Vcpus.Count ?? 0);
}
