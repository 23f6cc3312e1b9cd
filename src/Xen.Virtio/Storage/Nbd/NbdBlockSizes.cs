namespace Xen.Virtio.Storage.Nbd;

/// <summary>The constraints of NBD_INFO_BLOCK_SIZE, as they came.</summary>
internal readonly record struct NbdBlockSizes(uint Minimum, uint Preferred, uint Maximum);
