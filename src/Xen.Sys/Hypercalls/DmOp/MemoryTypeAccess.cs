using System;

namespace Xen.Sys;

/// <summary>
/// Which accesses to a type of memory go to an IOREQ server. C origin: <c>XEN_DMOP_IOREQ_MEM_ACCESS_*</c>,
/// public/hvm/dm_op.h.
/// </summary>
[Flags]
public enum MemoryTypeAccess : uint
{
    /// <summary>None: the server gives the type up.</summary>
    None = 0,

    /// <summary>Reads. No Xen does that yet.</summary>
    Read = XenAbi.XEN_DMOP_IOREQ_MEM_ACCESS_READ,

    /// <summary>Writes.</summary>
    Write = XenAbi.XEN_DMOP_IOREQ_MEM_ACCESS_WRITE,
}
