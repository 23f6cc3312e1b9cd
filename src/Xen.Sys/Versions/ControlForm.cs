namespace Xen.Sys;

/// <summary>The release whose structures are used.</summary>
internal enum ControlForm : byte
{
    /// <summary>The structures are not known here.</summary>
    None,

    /// <summary>domctl 0x12, sysctl 0x13.</summary>
    V4_14,

    /// <summary>domctl 0x15, sysctl 0x15.</summary>
    V4_17,

    /// <summary>domctl 0x17.</summary>
    V4_20,
}
