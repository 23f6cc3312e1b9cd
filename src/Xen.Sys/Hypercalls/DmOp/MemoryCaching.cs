namespace Xen.Sys;

/// <summary>How the processor caches a page. C origin: <c>XEN_DMOP_MEM_CACHEATTR_*</c>, public/hvm/dm_op.h.</summary>
public enum MemoryCaching : uint
{
    /// <summary>Not at all.</summary>
    Uncached = XenAbi.XEN_DMOP_MEM_CACHEATTR_UC,

    /// <summary>Writes are gathered.</summary>
    WriteCombining = XenAbi.XEN_DMOP_MEM_CACHEATTR_WC,

    /// <summary>Reads are cached, writes go through.</summary>
    WriteThrough = XenAbi.XEN_DMOP_MEM_CACHEATTR_WT,

    /// <summary>Reads are cached, writes go past.</summary>
    WriteProtected = XenAbi.XEN_DMOP_MEM_CACHEATTR_WP,

    /// <summary>Fully.</summary>
    WriteBack = XenAbi.XEN_DMOP_MEM_CACHEATTR_WB,

    /// <summary>Not at all, unless the range registers say that writes are gathered.</summary>
    UncachedMinus = XenAbi.XEN_DMOP_MEM_CACHEATTR_UCM,

    /// <summary>Ends what was set for exactly these frames.</summary>
    Delete = XenAbi.XEN_DMOP_DELETE_MEM_CACHEATTR,
}
