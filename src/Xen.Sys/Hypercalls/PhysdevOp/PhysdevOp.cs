namespace Xen.Sys;

/// <summary>The <c>physdev_op</c> hypercall, public/physdev.h: physical interrupts and PCI devices (x86).</summary>
/// <remarks>
/// What is not here is for kernels of PV domains: I/O ports and privilege, I/O APIC registers, the end-of-interrupt page,
/// the debug port. All of them fail with ENOSYS where the architecture, or the kind of the calling domain, has no
/// physical interrupts, and with ENOMEM if the transport has no buffer left.
/// </remarks>
public static partial class PhysdevOp
{
    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_physdev_op, subOperation, ref argument);
}
