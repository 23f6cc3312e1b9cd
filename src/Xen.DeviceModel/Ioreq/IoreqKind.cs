using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>What an I/O request is about. C origin: <c>IOREQ_TYPE_*</c>, public/hvm/ioreq.h.</summary>
public enum IoreqKind : byte
{
    /// <summary>An access to I/O ports.</summary>
    PortIo = (byte)XenAbi.IOREQ_TYPE_PIO,

    /// <summary>An access to guest physical addresses.</summary>
    Mmio = (byte)XenAbi.IOREQ_TYPE_COPY,

    /// <summary>An access to a PCI device's configuration space.</summary>
    PciConfiguration = (byte)XenAbi.IOREQ_TYPE_PCI_CONFIG,

    /// <summary>The guest set its clock.</summary>
    TimeOffset = (byte)XenAbi.IOREQ_TYPE_TIMEOFFSET,

    /// <summary>The guest's memory map changed: mappings of it may be stale.</summary>
    Invalidate = (byte)XenAbi.IOREQ_TYPE_INVALIDATE,
}
