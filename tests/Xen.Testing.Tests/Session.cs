using System;
using Xen.Sys;

namespace Xen.Testing.Tests;

/// <summary>What a device model does from its start to its end, over any transport.</summary>
internal static class Session
{
    internal static readonly DomainId Guest = new(7);

    /// <summary>Runs it, and gives what it found out, in words.</summary>
    internal static string Run(IHypercallTransport xen, ulong firstAddress = 0xd0000000)
    {
        XenVersionOp.GetVersion(xen, out var version).OrThrow("xen_version");
        XenVersionText.GetExtraVersion(xen, out var extra).OrThrow("xen_version extraversion");
        DomctlInterface.Probe(xen, out var domctl).OrThrow("domctl");
        Domctl.GetDomainInfo(xen, domctl, Guest, out var info).OrThrow("domctl getdomaininfo", Guest);
        var gone = Domctl.GetDomainInfo(xen, domctl, new DomainId(99), out _);
        SysctlInterface.Probe(xen, out var sysctl).OrThrow("sysctl");
        var domains = new DomainInfo[8];
        Sys.Sysctl.GetDomainInfoList(xen, sysctl, default, domains, out var count).OrThrow("sysctl getdomaininfolist");
        MemoryOp.MaximumGfn(xen, Guest, out var maximum).OrThrow("memory_op maximum_gpfn", Guest);
        DmOp.CreateIoreqServer(xen, Guest, out var id).OrThrow("dm_op create_ioreq_server", Guest);
        MemoryOp.GetResourceSize(xen, Guest, ResourceType.IoreqServer, id.Value, out var frames)
            .OrThrow("memory_op acquire_resource", Guest);
        DmOp.MapIoRange(xen, Guest, id, IoSpace.Memory, firstAddress, firstAddress + 0xfff)
            .OrThrow("dm_op map_io_range_to_ioreq_server", Guest);
        var again = DmOp.MapIoRange(xen, Guest, id, IoSpace.Memory, firstAddress, firstAddress + 0xfff);
        DmOp.SetIoreqServerState(xen, Guest, id, enabled: true).OrThrow("dm_op set_ioreq_server_state", Guest);
        HvmOp.GetParameter(xen, Guest, XenAbi.HVM_PARAM_STORE_EVTCHN, out var parameter);
        Span<multicall_entry> calls = [new() { op = XenAbi.__HYPERVISOR_xen_version, args = default }];
        Multicall.Invoke(xen, calls).OrThrow("multicall");
        DmOp.DestroyIoreqServer(xen, Guest, id).OrThrow("dm_op destroy_ioreq_server", Guest);
        var unknown = xen.Invoke(63, 1, 2);
        return $"{version}{extra} {domctl} {info.Id} vcpus={info.OnlineVcpus} {gone.Errno} {count} {maximum.Value} {id}"
            + $" {frames} {again.Errno} {parameter} {calls[0].result} {unknown.Errno}";
    }
}
