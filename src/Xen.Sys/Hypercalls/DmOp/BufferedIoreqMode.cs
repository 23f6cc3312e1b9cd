namespace Xen.Sys;

/// <summary>
/// How an IOREQ server gets requests that need no answer. C origin: <c>HVM_IOREQSRV_BUFIOREQ_*</c>, public/hvm/hvm_op.h.
/// </summary>
public enum BufferedIoreqMode : byte
{
    /// <summary>Like all others: there is no ring.</summary>
    Off = XenAbi.HVM_IOREQSRV_BUFIOREQ_OFF,

    /// <summary>By a ring whose read pointer the server writes plainly.</summary>
    Legacy = XenAbi.HVM_IOREQSRV_BUFIOREQ_LEGACY,

    /// <summary>By a ring whose pointers the server reads as a pair, and changes, atomically.</summary>
    Atomic = XenAbi.HVM_IOREQSRV_BUFIOREQ_ATOMIC,
}
