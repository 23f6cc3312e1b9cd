using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <summary>The <c>domctl</c> hypercall, public/domctl.h: control of domains, for the control domain only.</summary>
public static unsafe class Domctl
{
    /// <summary>Asks for the state of a domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">From <see cref="DomctlInterface.Probe"/>; must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="info">Its state, when the result is a success.</param>
    /// <returns>Xen's result; ESRCH if there is no such domain; EACCES if the interface is not supported.</returns>
    public static HypercallResult GetDomainInfo<T>(
        T transport, DomctlInterface domctl, DomainId domain, out DomainInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        info = default;
        if (!domctl.IsSupported)
            return HypercallResult.Failure(XenAbi.XEN_EACCES);

        var result = InvokeGetDomainInfo(transport, domctl.Version, domain, out info);

        // Asked for a domain that is gone, Xen describes the next one that exists.
        return result.IsSuccess && info.Id != domain ? HypercallResult.Failure(XenAbi.XEN_ESRCH) : result;
    }

    internal static HypercallResult InvokeGetDomainInfo<T>(
        T transport, uint version, DomainId domain, out DomainInfo info)
        where T : IHypercallTransport, allows ref struct
    {
        info = default;

        // SAFETY: a whole page, since a Xen of another release writes its own structure back, which may be larger.
        var buffer = transport.AcquireBuffer(XenPage.Size);
        if (buffer is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        HypercallResult result;
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
        {
            var op = (Arm64.xen_domctl*)buffer;
            op->cmd = XenAbi.XEN_DOMCTL_getdomaininfo;
            op->interface_version = version;
            op->domain = domain.Value;
            result = transport.Invoke(XenAbi.__HYPERVISOR_domctl, (ulong)buffer);
            ref var found = ref op->u.getdomaininfo;
            info = new DomainInfo(new DomainId(found.domain), found.flags, emulatesIoApic: false);
        }
        else
        {
            var op = (X86_64.xen_domctl*)buffer;
            op->cmd = XenAbi.XEN_DOMCTL_getdomaininfo;
            op->interface_version = version;
            op->domain = domain.Value;
            result = transport.Invoke(XenAbi.__HYPERVISOR_domctl, (ulong)buffer);
            ref var found = ref op->u.getdomaininfo;
            var emulated = found.arch_config.emulation_flags;
            info = new DomainInfo(
                new DomainId(found.domain), found.flags, (emulated & X86_64.XenAbi.XEN_X86_EMU_IOAPIC) != 0);
        }

        transport.ReleaseBuffer(buffer);
        return result;
    }
}
