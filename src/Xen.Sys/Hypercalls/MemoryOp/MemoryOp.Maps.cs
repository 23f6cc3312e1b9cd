using System;

namespace Xen.Sys;

/// <content>Maps of physical memory (x86).</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the structure and, right behind it, for the lists.
public static unsafe partial class MemoryOp
{
    /// <summary>The most ranges that a memory map can have here: what fits into a page with its structure.</summary>
    public static int MaximumMapEntries => HypercallList.Capacity<xen_memory_map, E820Entry>();

    /// <summary>Asks for the caller's own memory map, as its toolstack set it.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="entries">Filled with the map.</param>
    /// <param name="count">Number of entries, when the result is a success.</param>
    /// <returns>
    /// Xen's result; ENOSYS if the domain was given no map, or on Arm; E2BIG if the map does not fit into
    /// <paramref name="entries"/>, or has <see cref="MaximumMapEntries"/> entries or more; ENOMEM.
    /// </returns>
    /// <remarks><c>XENMEM_memory_map</c>, public/memory.h; stable.</remarks>
    public static HypercallResult GetMemoryMap<T>(T transport, Span<E820Entry> entries, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        var result = GetMap(transport, XenAbi.XENMEM_memory_map, entries, out count);

        // Xen cuts a longer map in silence, so that one which fills the page may be a cut one.
        if (count < MaximumMapEntries)
            return result;

        count = 0;
        return HypercallResult.Failure(XenAbi.XEN_E2BIG);
    }

    /// <summary>Sets the memory map that a domain is told when it asks for its own.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain, or <see cref="DomainId.Self"/>. Its older map is replaced.</param>
    /// <param name="entries">The map, at most 203 entries: what fits into a page with the structure.</param>
    /// <returns>
    /// Xen's result; E2BIG for more entries (Xen is not called then); ESRCH no such domain; EPERM not privileged over it;
    /// ENOSYS on Arm; ENOMEM.
    /// </returns>
    /// <remarks><c>XENMEM_set_memory_map</c>, public/memory.h; stable.</remarks>
    public static HypercallResult SetMemoryMap<T>(T transport, DomainId domain, ReadOnlySpan<E820Entry> entries)
        where T : IHypercallTransport, allows ref struct
    {
        if (entries.Length > HypercallList.Capacity<xen_foreign_memory_map, E820Entry>())
            return HypercallResult.Failure(XenAbi.XEN_E2BIG);

        var foreign = HypercallList.Acquire<T, xen_foreign_memory_map, E820Entry>(
            transport, entries.Length, out var list);
        if (foreign is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        entries.CopyTo(new Span<E820Entry>(list, entries.Length));
        foreign->domid = domain.Value;
        foreign->map.nr_entries = (uint)entries.Length;
        foreign->map.buffer = (byte*)list;
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_set_memory_map, (ulong)foreign);
        transport.ReleaseBuffer(foreign);
        return result;
    }

    /// <summary>Asks for the machine's memory map.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="entries">Filled with the map.</param>
    /// <param name="count">Number of entries, when the result is a success.</param>
    /// <returns>
    /// Xen's result; E2BIG if the map does not fit into <paramref name="entries"/>; EINVAL if it has more than
    /// <see cref="MaximumMapEntries"/> entries; EPERM not the control domain; ENOSYS on Arm; ENOMEM.
    /// </returns>
    /// <remarks><c>XENMEM_machine_memory_map</c>, public/memory.h; stable.</remarks>
    public static HypercallResult GetMachineMemoryMap<T>(T transport, Span<E820Entry> entries, out int count)
        where T : IHypercallTransport, allows ref struct =>
        GetMap(transport, XenAbi.XENMEM_machine_memory_map, entries, out count);

    /// <summary>Asks for all memory that devices need at fixed addresses, where no guest RAM should be.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="ranges">Filled with first frame and number of frames of each range.</param>
    /// <param name="count">Number of ranges, when the result is a success.</param>
    /// <returns>
    /// Xen's result; E2BIG if they do not fit into <paramref name="ranges"/>; ENOBUFS for more than 254, which do not fit
    /// into a page; EPERM or ENOSYS if this domain or this Xen cannot say; ENOMEM.
    /// </returns>
    /// <remarks><c>XENMEM_reserved_device_memory_map</c>, public/memory.h; for tools, so it may change.</remarks>
    public static HypercallResult GetReservedDeviceMemory<T>(
        T transport, Span<xen_reserved_device_memory> ranges, out int count)
        where T : IHypercallTransport, allows ref struct =>
        GetReserved(transport, XenAbi.XENMEM_RDM_ALL, default, ranges, out count);

    /// <summary>Asks for the memory that one device needs at fixed addresses, where no guest RAM should be.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="device">The device.</param>
    /// <param name="ranges">Filled with first frame and number of frames of each range.</param>
    /// <param name="count">Number of ranges, when the result is a success.</param>
    /// <returns>
    /// Xen's result; E2BIG if they do not fit into <paramref name="ranges"/>; ENOBUFS for more than 254, which do not fit
    /// into a page; EPERM or ENOSYS if this domain or this Xen cannot say; ENOMEM.
    /// </returns>
    /// <remarks><c>XENMEM_reserved_device_memory_map</c>, public/memory.h; for tools, so it may change.</remarks>
    public static HypercallResult GetReservedDeviceMemory<T>(
        T transport, PciSbdf device, Span<xen_reserved_device_memory> ranges, out int count)
        where T : IHypercallTransport, allows ref struct =>
        GetReserved(transport, 0, device, ranges, out count);

    private static HypercallResult GetMap<T>(
        T transport, ulong subOperation, Span<E820Entry> entries, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        count = 0;
        var map = HypercallList.Acquire<T, xen_memory_map, E820Entry>(transport, MaximumMapEntries, out var list);
        if (map is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        map->nr_entries = (uint)MaximumMapEntries;
        map->buffer = (byte*)list;
        var result = transport.Invoke(XenAbi.__HYPERVISOR_memory_op, subOperation, (ulong)map);
        if (result.IsSuccess)
        {
            var found = new ReadOnlySpan<E820Entry>(list, (int)Math.Min(map->nr_entries, (uint)MaximumMapEntries));
            if (found.TryCopyTo(entries))
                count = found.Length;
            else
                result = HypercallResult.Failure(XenAbi.XEN_E2BIG);
        }

        transport.ReleaseBuffer(map);
        return result;
    }

    private static HypercallResult GetReserved<T>(
        T transport, uint flags, PciSbdf device, Span<xen_reserved_device_memory> ranges, out int count)
        where T : IHypercallTransport, allows ref struct
    {
        count = 0;
        var room = HypercallList.Capacity<xen_reserved_device_memory_map, xen_reserved_device_memory>();
        var map = HypercallList.Acquire<T, xen_reserved_device_memory_map, xen_reserved_device_memory>(
            transport, room, out var list);
        if (map is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        map->flags = flags;
        map->nr_entries = (uint)room;
        map->buffer = list;
        map->dev.pci.seg = device.Segment;
        map->dev.pci.bus = device.Bus;
        map->dev.pci.devfn = device.DeviceFunction;
        var result = transport.Invoke(
            XenAbi.__HYPERVISOR_memory_op, XenAbi.XENMEM_reserved_device_memory_map, (ulong)map);
        if (result.IsSuccess)
        {
            var found = new ReadOnlySpan<xen_reserved_device_memory>(list, (int)Math.Min(map->nr_entries, (uint)room));
            if (found.TryCopyTo(ranges))
                count = found.Length;
            else
                result = HypercallResult.Failure(XenAbi.XEN_E2BIG);
        }

        transport.ReleaseBuffer(map);
        return result;
    }
}
