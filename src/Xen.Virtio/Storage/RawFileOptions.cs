namespace Xen.Virtio.Storage;

/// <summary>How to open a raw image.</summary>
public sealed class RawFileOptions
{
    /// <summary>Opens for reading only; any number of readers may do so.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Allows other users who say the same to write at the same time. For cluster file systems only: anything else
    /// is destroyed by two writers.
    /// </summary>
    public bool Shared { get; init; }
}
