using System;
using Xen.Sys;

namespace Conformance.Portable;

/// <content>The console, the scheduler, multicall, and hypercalls that are none.</content>
internal static partial class PortableRules
{
    private const int CallCount = 11;
    private const uint UnknownHypercall = 63;
    private const uint PortBeyondAll = 0x7fff_ffff;

    // System time: long ago.
    private const ulong Past = 1;

    private static Verdict CheckCall<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        HypercallResult result;
        switch (index)
        {
            case 0:
                return Verdict.Of("call-unknown-ENOSYS"u8, transport.Invoke(UnknownHypercall), XenAbi.XEN_ENOSYS);
            case 1:
                result = transport.Invoke(XenAbi.__HYPERVISOR_console_io, XenAbi.CONSOLEIO_write, 0, Nowhere);
                return Verdict.Of("console-write-of-nothing"u8, result, MayWrite(facts, result, 0));
            case 2:
                result = transport.Invoke(XenAbi.__HYPERVISOR_console_io, XenAbi.CONSOLEIO_write, 1, Nowhere);
                return Verdict.Of("console-bad-pointer-EFAULT"u8, result, MayWrite(facts, result, XenAbi.XEN_EFAULT));
            case 3:
                result = transport.Invoke(XenAbi.__HYPERVISOR_console_io, XenAbi.CONSOLEIO_read, 0, Nowhere);
                return Verdict.Of("console-read-of-nothing"u8, result, facts.IsPrivileged ? 0 : XenAbi.XEN_EPERM);
            case 4:
                result = transport.Invoke(XenAbi.__HYPERVISOR_console_io, UnknownOperation);
                return Verdict.Of(
                    "console-unknown-ENOSYS"u8, result, facts.IsPrivileged ? XenAbi.XEN_ENOSYS : XenAbi.XEN_EPERM);
            case 5:
                return Verdict.Of("sched-yield"u8, SchedOp.Yield(transport), 0);
            case 6:
                return Verdict.Of("sched-poll-past-time-returns"u8, SchedOp.Poll(transport, [], Past), 0);
            case 7:
                ReadOnlySpan<EventChannelPort> ports = [new EventChannelPort(PortBeyondAll)];
                return Verdict.Of("sched-poll-no-port-EINVAL"u8, SchedOp.Poll(transport, ports, Past), XenAbi.XEN_EINVAL);
            case 8:
                result = transport.Invoke(XenAbi.__HYPERVISOR_sched_op, UnknownOperation);
                return Verdict.Of("sched-unknown-ENOSYS"u8, result, XenAbi.XEN_ENOSYS);
            case 9:
                return CheckMulticall(transport);
            default:
                result = transport.Invoke(XenAbi.__HYPERVISOR_multicall, Nowhere, 1);
                return Verdict.Of("multicall-bad-pointer-EFAULT"u8, result, XenAbi.XEN_EFAULT);
        }
    }

    private static bool MayWrite(in PortableFacts facts, HypercallResult result, int errno) =>
        result.Errno == errno || (!facts.IsPrivileged && result.Errno == XenAbi.XEN_EPERM);

    private static Verdict CheckMulticall<T>(T transport)
        where T : IHypercallTransport, allows ref struct
    {
        Span<multicall_entry> calls = stackalloc multicall_entry[2];
        calls.Clear();
        calls[0].op = XenAbi.__HYPERVISOR_xen_version;
        calls[1].op = UnknownHypercall;
        var result = Multicall.Invoke(transport, calls);
        XenVersionOp.GetVersion(transport, out var version);
        var isHeld = result.IsSuccess
            && calls[0].result == (((ulong)version.Major << 16) | version.Minor)
            && (long)calls[1].result == -XenAbi.XEN_ENOSYS;
        return Verdict.Of("multicall-answers-each"u8, result, isHeld);
    }
}
