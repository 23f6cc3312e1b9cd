namespace Xen.Virtio.Storage.Qcow2;

/// <summary>How a new image is to be.</summary>
public sealed class Qcow2CreateOptions
{
    /// <summary>Length of the disk in bytes: a multiple of 512, 512 or more.</summary>
    public required long Size { get; init; }

    /// <summary>Bytes of a cluster: a power of two from 512 to 2 MiB.</summary>
    public int ClusterSize { get; init; } = 64 << 10;

    /// <summary>Bits of a reference count: a power of two from 1 to 64.</summary>
    public int RefcountBits { get; init; } = 16;

    /// <summary>What shows through where nothing was written: a path, relative to the new image; null for zeros.</summary>
    public string? BackingFile { get; init; }

    /// <summary>Format of the backing file: "raw" or "qcow2".</summary>
    public string? BackingFormat { get; init; }
}
