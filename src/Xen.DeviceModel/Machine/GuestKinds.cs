using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Finds out what a guest is.</summary>
internal static class GuestKinds
{
    /// <summary>Asks Xen.</summary>
    /// <exception cref="XenException">There is no such guest, it has ended, it cannot be served, or we may not ask.</exception>
    internal static GuestKind Find(IHypercallTransport transport, Architecture architecture, DomainId domain)
    {
        DomainMonitor.Open(transport, domain, out var info);
        if (info.IsDying || info.IsShutDown)
            throw new XenException($"domain {domain} has ended already");
        if (!info.IsHvm)
            throw new XenException(
                $"domain {domain} is a PV guest, which has no emulated devices: use type = \"pvh\" in its xl.cfg");
        if (architecture is Architecture.Arm or Architecture.Arm64)
            return GuestKind.Arm;
        return info.EmulatesIoApic ? GuestKind.Hvm : GuestKind.Pvh;
    }
}
