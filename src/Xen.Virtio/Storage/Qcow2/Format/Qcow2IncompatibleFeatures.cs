using System;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>Features without which an image cannot be used at all (header bytes 72 to 79).</summary>
[Flags]
internal enum Qcow2IncompatibleFeatures : ulong
{
    None = 0,

    /// <summary>Reference counts may be wrong.</summary>
    Dirty = 1 << 0,

    /// <summary>A program found the tables to be wrong.</summary>
    Corrupt = 1 << 1,

    /// <summary>Data is in another file.</summary>
    ExternalDataFile = 1 << 2,

    /// <summary>The header names the type of compression.</summary>
    CompressionType = 1 << 3,

    /// <summary>Entries of L2 tables have 128 bits: subclusters.</summary>
    ExtendedL2 = 1 << 4,
}
