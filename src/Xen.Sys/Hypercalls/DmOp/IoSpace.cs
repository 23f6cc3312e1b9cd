namespace Xen.Sys;

/// <summary>An address space whose accesses an IOREQ server can serve, public/hvm/dm_op.h.</summary>
public enum IoSpace : uint
{
    /// <summary>I/O ports (x86).</summary>
    Port = XenAbi.XEN_DMOP_IO_RANGE_PORT,

    /// <summary>Guest physical memory addresses.</summary>
    Memory = XenAbi.XEN_DMOP_IO_RANGE_MEMORY,

    /// <summary>PCI devices; addresses are segment, bus, device and function (x86).</summary>
    PciConfiguration = XenAbi.XEN_DMOP_IO_RANGE_PCI,
}
