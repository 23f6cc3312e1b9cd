namespace Xen.Sys;

/// <summary>The <c>physdev_op</c> hypercall, public/physdev.h: physical interrupts and PCI devices.</summary>
/// <remarks>
/// What is not here is for kernels of PV domains (I/O ports and privilege, I/O APIC registers and vectors, the
/// end-of-interrupt page), for the driver of the debug port, or an older form of what is here (<c>manage_pci_*</c>,
/// <c>restore_msi</c>). All of them fail with ENOSYS where the architecture, or the kind of the calling domain, does not
/// have it, and with ENOMEM if the transport has no buffer left. Arm has at most those that report PCI devices.
/// </remarks>
public static partial class PhysdevOp
{
    private static HypercallResult Invoke<T, TArgument>(T transport, ulong subOperation, ref TArgument argument)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged =>
        HypercallArgument.Invoke(transport, XenAbi.__HYPERVISOR_physdev_op, subOperation, ref argument);
}
