namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>Where things are, given the size of a cluster.</summary>
/// <param name="ClusterBits">Binary logarithm of a cluster's bytes.</param>
/// <param name="RefcountOrder">Binary logarithm of a reference count's bits.</param>
internal readonly record struct Qcow2Geometry(int ClusterBits, int RefcountOrder)
{
    private const int EntryBits = 3; // a table's entry has 8 bytes

    public int ClusterSize => 1 << ClusterBits;

    public int L2Bits => ClusterBits - EntryBits;

    public int L2Entries => 1 << L2Bits;

    public int RefcountBlockBits => ClusterBits - RefcountOrder + EntryBits;

    public int RefcountsPerBlock => 1 << RefcountBlockBits;

    /// <summary>How many bytes of the disk one L2 table maps.</summary>
    public long BytesPerL2 => 1L << (ClusterBits + L2Bits);

    public int OffsetInCluster(long offset) => (int)(offset & (ClusterSize - 1));

    public long L1Index(long offset) => offset >> (ClusterBits + L2Bits);

    public int L2Index(long offset) => (int)(offset >> ClusterBits) & (L2Entries - 1);

    /// <summary>Clusters that hold so many bytes.</summary>
    public long ClustersFor(long bytes) => (bytes >> ClusterBits) + (OffsetInCluster(bytes) == 0 ? 0 : 1);

    /// <summary>Entries of an L1 table for a disk of so many bytes.</summary>
    public long L1EntriesFor(long size) => L1Index(size) + ((size & (BytesPerL2 - 1)) == 0 ? 0 : 1);

    public bool IsAligned(ulong offset) => (offset & (ulong)(ClusterSize - 1)) == 0;
}
