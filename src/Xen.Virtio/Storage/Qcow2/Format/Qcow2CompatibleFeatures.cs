using System;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>Features that may be ignored (header bytes 80 to 87).</summary>
[Flags]
internal enum Qcow2CompatibleFeatures : ulong
{
    None = 0,

    /// <summary>Writers may leave reference counts behind while the dirty bit is set.</summary>
    LazyRefcounts = 1 << 0,
}
