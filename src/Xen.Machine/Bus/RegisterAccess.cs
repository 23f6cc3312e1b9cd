using System;

namespace Xen.Machine;

/// <summary>Which way a register may be used by the guest.</summary>
[Flags]
public enum RegisterAccess
{
    /// <summary>The guest may read it.</summary>
    Read = 1,

    /// <summary>The guest may write it.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = Read | Write,
}
