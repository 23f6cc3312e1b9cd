namespace Xen.Sys;

/// <content>PCI devices, which the hardware domain reports to Xen.</content>
public static partial class PhysdevOp
{
    /// <summary>Tells Xen of a PCI device.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device.</param>
    /// <param name="isExtendedFunction">Its device and function are one number of 8 bits (ARI).</param>
    /// <returns>
    /// Xen's result; EPERM not the hardware domain; EINVAL no such device; ENODEV or ENOMEM if it cannot be taken up.
    /// </returns>
    /// <remarks><c>PHYSDEVOP_pci_device_add</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult AddPciDevice<T>(T transport, PciSbdf device, bool isExtendedFunction)
        where T : IHypercallTransport, allows ref struct
    {
        var add = Addition(device);
        add.flags = isExtendedFunction ? (uint)XenAbi.XEN_PCI_DEV_EXTFN : 0;
        return Invoke(transport, XenAbi.PHYSDEVOP_pci_device_add, ref add);
    }

    /// <summary>Tells Xen of a virtual function of a PCI device (SR-IOV).</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The virtual function.</param>
    /// <param name="physicalFunction">The device that it is a function of; in the same segment.</param>
    /// <returns>
    /// Xen's result; EPERM not the hardware domain; EINVAL no such device; ENODEV or ENOMEM if it cannot be taken up.
    /// </returns>
    /// <remarks><c>PHYSDEVOP_pci_device_add</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult AddPciVirtualFunction<T>(T transport, PciSbdf device, PciSbdf physicalFunction)
        where T : IHypercallTransport, allows ref struct
    {
        var add = Addition(device);
        add.flags = XenAbi.XEN_PCI_DEV_VIRTFN;
        add.physfn.bus = physicalFunction.Bus;
        add.physfn.devfn = physicalFunction.DeviceFunction;
        return Invoke(transport, XenAbi.PHYSDEVOP_pci_device_add, ref add);
    }

    /// <summary>Tells Xen that a PCI device is gone.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device.</param>
    /// <returns>Xen's result; EPERM not the hardware domain; ENODEV no such device; ENOMEM without a buffer.</returns>
    /// <remarks><c>PHYSDEVOP_pci_device_remove</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult RemovePciDevice<T>(T transport, PciSbdf device)
        where T : IHypercallTransport, allows ref struct =>
        InvokeFor(transport, XenAbi.PHYSDEVOP_pci_device_remove, device);

    /// <summary>Tells Xen that a PCI device has been reset, so that Xen forgets the state it had.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device, which the caller has reset.</param>
    /// <param name="kind">How.</param>
    /// <returns>
    /// Xen's result; EPERM not the hardware domain; ENODEV no such device; EINVAL no such kind; ENOSYS before Xen 4.20;
    /// ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>PHYSDEVOP_pci_device_reset</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult ResetPciDevice<T>(T transport, PciSbdf device, PciResetKind kind)
        where T : IHypercallTransport, allows ref struct
    {
        var reset = new pci_device_reset { dev = Named(device), flags = (uint)kind };
        return Invoke(transport, XenAbi.PHYSDEVOP_pci_device_reset, ref reset);
    }

    /// <summary>Lets Xen write a device's message addresses again, after it was reset.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device.</param>
    /// <returns>Xen's result; EPERM not the hardware domain; ENODEV no such device; ENOMEM without a buffer.</returns>
    /// <remarks><c>PHYSDEVOP_restore_msi_ext</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult RestoreMsi<T>(T transport, PciSbdf device)
        where T : IHypercallTransport, allows ref struct =>
        InvokeFor(transport, XenAbi.PHYSDEVOP_restore_msi_ext, device);

    /// <summary>Tells Xen that the place of a device's MSI-X table will not change any more.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device.</param>
    /// <returns>Xen's result; EPERM not the hardware domain; ENODEV no such device; EBUSY in use; ENOMEM.</returns>
    /// <remarks><c>PHYSDEVOP_prepare_msix</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult PrepareMsix<T>(T transport, PciSbdf device)
        where T : IHypercallTransport, allows ref struct =>
        InvokeFor(transport, XenAbi.PHYSDEVOP_prepare_msix, device);

    /// <summary>Tells Xen that the place of a device's MSI-X table may change again.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device.</param>
    /// <returns>Xen's result; EPERM not the hardware domain; ENODEV no such device; EBUSY in use; ENOMEM.</returns>
    /// <remarks><c>PHYSDEVOP_release_msix</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult ReleaseMsix<T>(T transport, PciSbdf device)
        where T : IHypercallTransport, allows ref struct =>
        InvokeFor(transport, XenAbi.PHYSDEVOP_release_msix, device);

    /// <summary>Tells Xen where the configuration space of some buses is in memory.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="address">Physical address of bus 0 of the segment.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="firstBus">First bus.</param>
    /// <param name="lastBus">Last bus, inclusive.</param>
    /// <param name="isReserved">The firmware's memory map reserves that memory, so that Xen may use it.</param>
    /// <returns>Xen's result; EPERM not the hardware domain; ENODEV or EINVAL Xen does not know it; ENOMEM.</returns>
    /// <remarks><c>PHYSDEVOP_pci_mmcfg_reserved</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult ReportConfigurationSpace<T>(
        T transport, ulong address, ushort segment, byte firstBus, byte lastBus, bool isReserved)
        where T : IHypercallTransport, allows ref struct
    {
        var report = new physdev_pci_mmcfg_reserved
        {
            address = address,
            segment = segment,
            start_bus = firstBus,
            end_bus = lastBus,
            flags = isReserved ? (uint)XenAbi.XEN_PCI_MMCFG_RESERVED : 0,
        };
        return Invoke(transport, XenAbi.PHYSDEVOP_pci_mmcfg_reserved, ref report);
    }

    private static physdev_pci_device_add Addition(PciSbdf device) =>
        new() { seg = device.Segment, bus = device.Bus, devfn = device.DeviceFunction };

    private static physdev_pci_device Named(PciSbdf device) =>
        new() { seg = device.Segment, bus = device.Bus, devfn = device.DeviceFunction };

    private static HypercallResult InvokeFor<T>(T transport, ulong subOperation, PciSbdf device)
        where T : IHypercallTransport, allows ref struct
    {
        var argument = Named(device);
        return Invoke(transport, subOperation, ref argument);
    }
}
