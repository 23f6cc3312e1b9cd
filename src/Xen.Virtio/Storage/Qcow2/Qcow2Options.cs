namespace Xen.Virtio.Storage.Qcow2;

/// <summary>How to open a qcow2 image.</summary>
public sealed class Qcow2Options
{
    /// <summary>Opens for reading only; any number of readers may do so.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Whether the image may have a backing file. It names a file of the host, whose content the guest then reads: say
    /// no for images that were made by somebody who may not read the host's files.
    /// </summary>
    public bool AllowBackingFile { get; init; } = true;

    /// <summary>
    /// Format of a backing file, "raw" or "qcow2", for images that do not say. Without it such an image is refused: a
    /// guest could write a header to a raw disk, and would then have it taken for qcow2.
    /// </summary>
    public string? BackingFormat { get; init; }

    /// <summary>Most images in a chain, this one included: 1 to 256.</summary>
    public int MaxChainLength { get; init; } = 64;

    /// <summary>Memory for the tables of each image, in bytes, about: at least four clusters, whatever is said here.</summary>
    public int CacheBytes { get; init; } = 4 << 20;

    /// <summary>
    /// A file in a file system that is in memory, such as /run, for changes of tables that were not flushed yet. With it, a
    /// process that takes over after a crash of this one finds all that the guest was told is written; without it, all
    /// that was flushed, as after a loss of power. Nobody else may change the image between the two.
    /// </summary>
    public string? RecoveryLog { get; init; }
}
