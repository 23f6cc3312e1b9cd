using System;

namespace Xen.Sys;

/// <summary>What to know about a physical interrupt. C origin: <c>XENIRQSTAT_*</c>, public/physdev.h.</summary>
[Flags]
public enum IrqStatus : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Its end must be reported with <see cref="PhysdevOp.EndOfInterrupt"/>.</summary>
    NeedsEndOfInterrupt = XenAbi.XENIRQSTAT_needs_eoi,

    /// <summary>Several domains share it.</summary>
    Shared = XenAbi.XENIRQSTAT_shared,
}
