using System;
using Xen.Sys.V4_20;
using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Xen.Sys;

/// <content>The host's devices in a domain: memory, ports, interrupts.</content>
public static partial class Domctl
{
    // Xen takes no more at a time: x86 does a part of it, and other architectures refuse.
    private const ulong MaximumMapping = 64;

    /// <summary>Maps frames of the host's devices into a domain, or takes them out.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, whose memory Xen translates.</param>
    /// <param name="gfn">Where they appear.</param>
    /// <param name="mfn">The host's first frame.</param>
    /// <param name="count">How many; Xen gets 64 at a time.</param>
    /// <param name="add">True to map.</param>
    /// <param name="done">How many were mapped or taken out, also when the result is a failure: the first of them.</param>
    /// <returns>
    /// A success if all of them were; else Xen's failure: EPERM also if the domain (or the caller) may not reach those
    /// frames; EINVAL if a number wraps.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_memory_mapping</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult MapMemory<T>(
        T transport, DomctlInterface domctl, DomainId domain, GuestFrameNumber gfn, ulong mfn, ulong count, bool add,
        out ulong done)
        where T : IHypercallTransport, allows ref struct
    {
        done = 0;
        while (done < count)
        {
            var batch = Math.Min(count - done, MaximumMapping);
            var mapping = new xen_domctl_memory_mapping
            {
                first_gfn = gfn.Value + done,
                first_mfn = mfn + done,
                nr_mfns = batch,
                add_mapping = Direction(add),
            };
            var result = DomctlCall.Invoke(
                transport, domctl, V4_20Abi.XEN_DOMCTL_memory_mapping, domain, ref mapping);
            if (!result.IsSuccess)
                return result;

            // A positive answer is where Xen stopped: a failure there is the next call's.
            done += result.Value == 0 ? batch : Math.Min((ulong)result.Value, batch);
        }

        return default;
    }

    /// <summary>Maps I/O ports of the host into an HVM domain, or takes them out (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="guestPort">Where they appear.</param>
    /// <param name="machinePort">The host's first port.</param>
    /// <param name="count">How many.</param>
    /// <param name="add">True to map.</param>
    /// <returns>
    /// Xen's result; EINVAL for no ports, too many or a PV domain; EPERM also if the domain may not reach them; ENOSYS on
    /// Arm.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_ioport_mapping</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult MapPorts<T>(
        T transport, DomctlInterface domctl, DomainId domain, ushort guestPort, ushort machinePort, uint count,
        bool add)
        where T : IHypercallTransport, allows ref struct
    {
        var mapping = new xen_domctl_ioport_mapping
        {
            first_gport = guestPort,
            first_mport = machinePort,
            nr_ports = count,
            add_mapping = Direction(add),
        };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_ioport_mapping, domain, ref mapping);
    }

    /// <summary>Lets a domain reach frames of the host's devices, or forbids it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="mfn">The host's first frame.</param>
    /// <param name="count">How many.</param>
    /// <param name="allow">True to let it.</param>
    /// <returns>Xen's result; EINVAL if the numbers wrap; EPERM also if the caller may not reach them itself.</returns>
    /// <remarks><c>XEN_DOMCTL_iomem_permission</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetMemoryPermission<T>(
        T transport, DomctlInterface domctl, DomainId domain, ulong mfn, ulong count, bool allow)
        where T : IHypercallTransport, allows ref struct
    {
        var permission = new xen_domctl_iomem_permission
        {
            first_mfn = mfn,
            nr_mfns = count,
            allow_access = Flag(allow),
        };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_iomem_permission, domain, ref permission);
    }

    /// <summary>Lets a domain reach I/O ports of the host, or forbids it (x86).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="firstPort">The first port.</param>
    /// <param name="count">How many.</param>
    /// <param name="allow">True to let it.</param>
    /// <returns>
    /// Xen's result; EINVAL if there are not that many ports; EPERM also if the caller may not reach them itself; ENOSYS on
    /// Arm.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_ioport_permission</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetPortPermission<T>(
        T transport, DomctlInterface domctl, DomainId domain, ushort firstPort, uint count, bool allow)
        where T : IHypercallTransport, allows ref struct
    {
        var permission = new xen_domctl_ioport_permission
        {
            first_port = firstPort,
            nr_ports = count,
            allow_access = Flag(allow),
        };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_ioport_permission, domain, ref permission);
    }

    /// <summary>Lets a domain have an interrupt of the host, or forbids it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="pirq">The caller's number for it. Xen 4.14 has room for 0 to 255.</param>
    /// <param name="allow">True to let it.</param>
    /// <returns>
    /// Xen's result; EINVAL if there is no such interrupt, or the number does not fit this release (Xen is not called
    /// then); EPERM also if the caller may not have it itself; ENOSYS on Arm.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_irq_permission</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetInterruptPermission<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint pirq, bool allow)
        where T : IHypercallTransport, allows ref struct
    {
        if (domctl.Form == ControlForm.V4_14)
        {
            if (pirq > byte.MaxValue)
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            var narrow = new V4_14.xen_domctl_irq_permission { pirq = (byte)pirq, allow_access = Flag(allow) };
            return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_irq_permission, domain, ref narrow);
        }

        var permission = new xen_domctl_irq_permission { pirq = pirq, allow_access = Flag(allow) };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_irq_permission, domain, ref permission);
    }

    /// <summary>Gives a guest an interrupt of the host.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not a PV one on x86.</param>
    /// <param name="interrupt">Which one, and how it appears.</param>
    /// <returns>
    /// Xen's result; EPERM also if the domain may not have it; EINVAL for a kind that the architecture does not have; EBUSY
    /// or EEXIST if it is bound already; ESRCH also without an IOMMU.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_bind_pt_irq</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult BindInterrupt<T>(
        T transport, DomctlInterface domctl, DomainId domain, PassThroughInterrupt interrupt)
        where T : IHypercallTransport, allows ref struct
    {
        var bind = interrupt.ToAbi();
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_bind_pt_irq, domain, ref bind);
    }

    /// <summary>Takes an interrupt of the host from a guest.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="interrupt">As it was bound.</param>
    /// <returns>Xen's result; EINVAL if it is not bound so; EPERM also if the domain may not have it.</returns>
    /// <remarks><c>XEN_DOMCTL_unbind_pt_irq</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult UnbindInterrupt<T>(
        T transport, DomctlInterface domctl, DomainId domain, PassThroughInterrupt interrupt)
        where T : IHypercallTransport, allows ref struct
    {
        var unbind = interrupt.ToAbi();
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_unbind_pt_irq, domain, ref unbind);
    }

    private static uint Direction(bool add) =>
        add ? (uint)V4_20Abi.DPCI_ADD_MAPPING : V4_20Abi.DPCI_REMOVE_MAPPING;

    private static byte Flag(bool value) => value ? (byte)1 : (byte)0;
}
