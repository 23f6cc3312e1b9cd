using Xen.Sys;

namespace DomainMonitor;

/// <summary>What any domain may ask about itself, in the form of what tools are told about any.</summary>
internal static class OwnDomain
{
    private const uint MaximumVcpus = 512;

    /// <summary>Describes the calling domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="areVcpusTold">False if Xen does not tell the vCPUs and the CPU time, as on Arm: they are 0 then.</param>
    internal static DomainInfo Describe<T>(T transport, out bool areVcpusTold)
        where T : IHypercallTransport, allows ref struct
    {
        MemoryOp.CurrentReservation(transport, DomainId.Self, out var pages);
        MemoryOp.MaximumReservation(transport, DomainId.Self, out var maximum);
        ulong running = 0;
        uint vcpus = 0;
        for (uint id = 0; id < MaximumVcpus && VcpuOp.IsUp(transport, new VcpuId(id), out var isUp).IsSuccess; id++)
        {
            VcpuOp.GetRunStateTimes(transport, new VcpuId(id), out var times);
            running += times.Running;
            vcpus += isUp ? 1u : 0u;
        }

        areVcpusTold = vcpus != 0;
        return new DomainInfo
        {
            Id = Identify(transport),
            Flags = Xen.Sys.V4_20.XenAbi.XEN_DOMINF_running,
            TotalPages = pages,
            MaximumPages = maximum,
            CpuTime = running,
            OnlineVcpus = vcpus,
        };
    }

    // No hypercall tells a domain its number, but a port does that waits for the domain itself.
    private static DomainId Identify<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        if (!EventChannelOp.AllocUnbound(transport, DomainId.Self, DomainId.Self, out var port).IsSuccess)
            return DomainId.Invalid;
        var result = EventChannelOp.GetStatus(transport, DomainId.Self, port, out var status);
        EventChannelOp.Close(transport, port);
        return result.IsSuccess ? status.Remote : DomainId.Invalid;
    }
}
