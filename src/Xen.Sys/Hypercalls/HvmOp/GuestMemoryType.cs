namespace Xen.Sys;

/// <summary>How Xen treats a page of an HVM or PVH domain. C origin: <c>hvmmem_type_t</c>, public/hvm/hvm_op.h.</summary>
public enum GuestMemoryType : ushort
{
    /// <summary>Ordinary RAM.</summary>
    Ram = XenAbi.HVMMEM_ram_rw,

    /// <summary>RAM that ignores writes.</summary>
    ReadOnlyRam = XenAbi.HVMMEM_ram_ro,

    /// <summary>No memory: every access goes to a device model.</summary>
    DeviceModel = XenAbi.HVMMEM_mmio_dm,

    /// <summary>RAM whose writes go to the IOREQ server that claimed this type.</summary>
    IoreqServer = XenAbi.HVMMEM_ioreq_server,
}
