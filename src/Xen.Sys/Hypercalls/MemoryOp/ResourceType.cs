namespace Xen.Sys;

/// <summary>What Xen keeps pages for. C origin: <c>XENMEM_resource_*</c>, public/memory.h.</summary>
public enum ResourceType : ushort
{
    /// <summary>The pages of an IOREQ server: 0 the buffered ring, 1 and up the requests of the vCPUs.</summary>
    IoreqServer = XenAbi.XENMEM_resource_ioreq_server,

    /// <summary>The grant table of a domain, shared part or status part.</summary>
    GrantTable = XenAbi.XENMEM_resource_grant_table,

    /// <summary>The trace buffer of a vCPU (Intel Processor Trace).</summary>
    VmTraceBuffer = XenAbi.XENMEM_resource_vmtrace_buf,
}
