using Xen.Sys;
using Xen.Testing.Linux;

namespace Xen.Testing.Hypervisor;

/// <content>console_io: for the control domain only. What is written goes nowhere, and nobody types.</content>
public sealed unsafe partial class SimulatedXen
{
    private static HypercallResult Console(Caller caller, ulong command, ulong count, ulong address)
    {
        if (!caller.IsPrivileged)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        return command switch
        {
            XenAbi.CONSOLEIO_write when count > 0 && !UserMemory.Exists((void*)address, (nuint)count) =>
                HypercallResult.Failure(XenAbi.XEN_EFAULT),
            XenAbi.CONSOLEIO_write or XenAbi.CONSOLEIO_read => default,
            _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
        };
    }
}
