using System;
using Xen.Privcmd;
using Xen.Sys;

namespace Xen.Benchmarks.Dom0;

/// <summary>The two ways of a call: a hypercall, and a device model operation.</summary>
internal sealed class Hypercalls(PrivcmdTransport transport, DomainId guest)
{
    internal Turn Version(int repetitions) => Timed.Run(repetitions, () =>
    {
        if (!XenVersionOp.GetVersion(transport, out _).IsSuccess)
            throw new InvalidOperationException("xen_version failed");
    });

    internal Turn VcpuCount(int repetitions) => Timed.Run(repetitions, () =>
    {
        if (!DmOp.GetVcpuCount(transport, guest, out var count).IsSuccess || count != 1)
            throw new InvalidOperationException("dm_op nr_vcpus failed");
    });
}
