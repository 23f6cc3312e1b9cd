namespace Xen.Sys;

/// <content>Physical interrupts.</content>
public static partial class PhysdevOp
{
    /// <summary>Gives a domain a physical interrupt that is a line into an I/O APIC.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="gsi">The line.</param>
    /// <param name="pirq">The number that the domain is to know it by; -1 lets Xen choose.</param>
    /// <param name="mapped">The number that it has, when the result is a success; else 0.</param>
    /// <returns>
    /// Xen's result; EINVAL no such line, or a number in use for another; ESRCH no such domain; EPERM not privileged over
    /// it, or it may not have that line; ENOSPC no number left; ENOMEM.
    /// </returns>
    /// <remarks><c>PHYSDEVOP_map_pirq</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult MapGsi<T>(T transport, DomainId domain, int gsi, int pirq, out int mapped)
        where T : IHypercallTransport, allows ref struct
    {
        var map = new physdev_map_pirq
        {
            domid = domain.Value,
            type = XenAbi.MAP_PIRQ_TYPE_GSI,
            index = gsi,
            pirq = pirq,
        };
        return Map(transport, ref map, out mapped);
    }

    /// <summary>Gives a domain a physical interrupt that is a message of a PCI device.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="device">The device.</param>
    /// <param name="entry">The entry of its MSI-X table; 0 without MSI-X.</param>
    /// <param name="tableBar">Physical address of the BAR that holds its MSI-X table; 0 for MSI without X.</param>
    /// <param name="pirq">The number that the domain is to know it by; -1 lets Xen choose.</param>
    /// <param name="mapped">The number that it has, when the result is a success; else 0.</param>
    /// <returns>
    /// Xen's result; ENODEV no such device; EINVAL a number in use for another; ESRCH no such domain; EPERM not
    /// privileged over it; ENOSPC no number or vector left; ENOMEM.
    /// </returns>
    /// <remarks><c>PHYSDEVOP_map_pirq</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult MapMsi<T>(
        T transport, DomainId domain, PciSbdf device, int entry, ulong tableBar, int pirq, out int mapped)
        where T : IHypercallTransport, allows ref struct
    {
        var map = new physdev_map_pirq
        {
            domid = domain.Value,
            type = XenAbi.MAP_PIRQ_TYPE_MSI_SEG,
            index = -1,
            pirq = pirq,
            bus = (device.Segment << 16) | device.Bus,
            devfn = device.DeviceFunction,
            entry_nr = entry,
            table_base = tableBar,
        };
        return Map(transport, ref map, out mapped);
    }

    /// <summary>Takes a physical interrupt from a domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>.</param>
    /// <param name="pirq">The number that it knows it by.</param>
    /// <returns>Xen's result; EINVAL no such number; ESRCH no such domain; EPERM not privileged over it; ENOMEM.</returns>
    /// <remarks><c>PHYSDEVOP_unmap_pirq</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult UnmapPirq<T>(T transport, DomainId domain, int pirq)
        where T : IHypercallTransport, allows ref struct
    {
        var unmap = new physdev_unmap_pirq { domid = domain.Value, pirq = pirq };
        return Invoke(transport, XenAbi.PHYSDEVOP_unmap_pirq, ref unmap);
    }

    /// <summary>Asks for a number that no physical interrupt of the calling domain has.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="type">What it will be used for.</param>
    /// <param name="pirq">The number, taken for the caller, when the result is a success.</param>
    /// <returns>Xen's result; ENOSPC none left; EINVAL for a type without numbers; ENOMEM without a buffer.</returns>
    /// <remarks><c>PHYSDEVOP_get_free_pirq</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult GetFreePirq<T>(T transport, PirqType type, out uint pirq)
        where T : IHypercallTransport, allows ref struct
    {
        var get = new physdev_get_free_pirq { type = (int)type };
        var result = Invoke(transport, XenAbi.PHYSDEVOP_get_free_pirq, ref get);
        pirq = result.IsSuccess ? get.pirq : 0;
        return result;
    }

    /// <summary>Reports that a physical interrupt has been served.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="irq">The number that the calling domain knows it by.</param>
    /// <returns>Xen's result; EINVAL no such number; ENOMEM without a buffer.</returns>
    /// <remarks><c>PHYSDEVOP_eoi</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult EndOfInterrupt<T>(T transport, uint irq)
        where T : IHypercallTransport, allows ref struct
    {
        var eoi = new physdev_eoi { irq = irq };
        return Invoke(transport, XenAbi.PHYSDEVOP_eoi, ref eoi);
    }

    /// <summary>Asks what to know about a physical interrupt.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="irq">The number that the calling domain knows it by.</param>
    /// <param name="status">What to know, when the result is a success.</param>
    /// <returns>Xen's result; EINVAL no such number; ENOMEM without a buffer.</returns>
    /// <remarks><c>PHYSDEVOP_irq_status_query</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult QueryIrqStatus<T>(T transport, uint irq, out IrqStatus status)
        where T : IHypercallTransport, allows ref struct
    {
        var query = new physdev_irq_status_query { irq = irq };
        var result = Invoke(transport, XenAbi.PHYSDEVOP_irq_status_query, ref query);
        status = result.IsSuccess ? (IrqStatus)query.flags : IrqStatus.None;
        return result;
    }

    /// <summary>Sets up a line into an I/O APIC, as ACPI describes it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="gsi">The line.</param>
    /// <param name="levelTriggered">It is triggered by its level; otherwise by an edge.</param>
    /// <param name="activeLow">It is active when low.</param>
    /// <returns>Xen's result; EPERM not the hardware domain; EINVAL no such line; EEXIST set up already; ENOMEM.</returns>
    /// <remarks><c>PHYSDEVOP_setup_gsi</c>, public/physdev.h; stable.</remarks>
    public static HypercallResult SetupGsi<T>(T transport, int gsi, bool levelTriggered, bool activeLow)
        where T : IHypercallTransport, allows ref struct
    {
        var setup = new physdev_setup_gsi
        {
            gsi = gsi,
            triggering = levelTriggered ? (byte)1 : (byte)0,
            polarity = activeLow ? (byte)1 : (byte)0,
        };
        return Invoke(transport, XenAbi.PHYSDEVOP_setup_gsi, ref setup);
    }

    private static HypercallResult Map<T>(T transport, ref physdev_map_pirq map, out int mapped)
        where T : IHypercallTransport, allows ref struct
    {
        var result = Invoke(transport, XenAbi.PHYSDEVOP_map_pirq, ref map);
        mapped = result.IsSuccess ? map.pirq : 0;
        return result;
    }
}
