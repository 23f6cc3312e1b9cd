using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>Events: how they get from one end of a channel to the other.</content>
public sealed unsafe partial class SimulatedXen
{
    private readonly ConcurrentDictionary<DomainId, IEventSink> _sinks = new();

    // Under PortGate.
    private readonly Dictionary<(DomainId Domain, uint Virq), EventChannelPort> _virqs = [];

    /// <summary>Xen has a virtual interrupt for a domain.</summary>
    /// <param name="domain">The domain; the control domain gets the global ones.</param>
    /// <param name="virq"><c>VIRQ_*</c>, public/xen.h.</param>
    /// <returns>False if the domain has not bound it.</returns>
    public bool RaiseVirq(DomainId domain, uint virq)
    {
        EventChannelPort port;
        lock (PortGate)
        {
            if (!_virqs.TryGetValue((domain, virq), out port))
                return false;
        }

        Raise(domain, port);
        return true;
    }

    /// <summary>From now on a domain has a kernel, which takes its events.</summary>
    /// <exception cref="ArgumentException">It has one already.</exception>
    internal void Listen(DomainId domain, IEventSink sink)
    {
        if (!_sinks.TryAdd(domain, sink))
            throw new ArgumentException($"domain {domain} has a kernel already", nameof(domain));
    }

    /// <summary>A domain, or Xen on its behalf, signals the other end of one of its ports.</summary>
    internal void Signal(DomainId domain, EventChannelPort port)
    {
        EventChannelStatus status;
        lock (PortGate)
            status = PortsOf(domain)?.Get(port) ?? default;
        if (status.State == EventChannelState.Interdomain)
            Raise(status.Remote, status.RemotePort);
    }

    // No port is guarded here: an event that meets a port which was just closed is one too many at worst.
    private void Raise(DomainId domain, EventChannelPort port)
    {
        bool isOfXen;
        lock (PortGate)
            isOfXen = PortsOf(domain)?.IsOfXen(port) ?? false;
        if (!isOfXen)
        {
            if (_sinks.TryGetValue(domain, out var sink))
                sink.Raise(port);
        }
        else if (Find(domain) is { } target)
        {
            lock (target.Gate)
                target.VcpuOf(port)?.Notified();
        }
    }

    private static HypercallResult Send(
        SimulatedPorts own, EventChannelPort port, ref (DomainId, EventChannelPort)? raised)
    {
        var status = own.Get(port);
        if (status.State == EventChannelState.Closed || own.IsOfXen(port))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (status.State == EventChannelState.Interdomain)
            raised = (status.Remote, status.RemotePort);
        return default;
    }

    // SAFETY: as for the other operations on ports.
    private HypercallResult BindVirq(Caller caller, SimulatedPorts own, evtchn_bind_virq* bind)
    {
        if (bind->virq >= XenAbi.NR_VIRQS || (bind->vcpu != 0 && IsGlobal(bind->virq)))
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (bind->vcpu != 0)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        if (IsGlobal(bind->virq) && bind->virq != XenAbi.VIRQ_ARGO && !caller.IsPrivileged)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        if (_virqs.ContainsKey((caller.Domain, bind->virq)))
            return HypercallResult.Failure(XenAbi.XEN_EEXIST);
        var port = own.BindVirq(bind->virq);
        _virqs.Add((caller.Domain, bind->virq), port);
        bind->port = port.Value;
        return default;
    }

    // Those that are not of a vCPU.
    private static bool IsGlobal(uint virq) => virq
        is not ((uint)XenAbi.VIRQ_TIMER or (uint)XenAbi.VIRQ_DEBUG or (uint)XenAbi.VIRQ_XENOPROF or (uint)XenAbi.VIRQ_XENPMU);
}
