using System;

namespace Xen.Store;

/// <summary>What a domain may do with a node.</summary>
[Flags]
public enum XenStoreAccessRights
{
    /// <summary>Nothing; on the wire <c>n</c>.</summary>
    None = 0,

    /// <summary>Read its value, its permissions and its children's names; on the wire <c>r</c>.</summary>
    Read = 1,

    /// <summary>Write it, and make and remove children; on the wire <c>w</c>.</summary>
    Write = 2,

    /// <summary>Both; on the wire <c>b</c>.</summary>
    ReadWrite = Read | Write,
}
