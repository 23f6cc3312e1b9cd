namespace VirtioDisk.Disks;

/// <summary>What an image is.</summary>
internal enum ImageFormat
{
    /// <summary>A file or a block device whose bytes are the disk's.</summary>
    Raw,

    /// <summary>QEMU's copy-on-write format.</summary>
    Qcow2,

    /// <summary>An export of an NBD server.</summary>
    Nbd,
}
