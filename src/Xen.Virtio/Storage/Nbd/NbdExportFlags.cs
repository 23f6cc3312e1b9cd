using System;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>What an export can do.</summary>
[Flags]
internal enum NbdExportFlags : ushort
{
    None = 0,
    HasFlags = 1 << 0,
    ReadOnly = 1 << 1,
    Flush = 1 << 2,
    ForceUnitAccess = 1 << 3,
    Trim = 1 << 5,
    WriteZeroes = 1 << 6,
}
