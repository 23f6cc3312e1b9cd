namespace Xen.BareMetal;

/// <summary>Where things are in the image: boot/arm64/image.S, in that order.</summary>
internal unsafe struct ImageTable
{
    internal delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> HypercallByHvc;
    internal byte* SharedInfoPage;
    internal byte* Buffers;
    internal ulong BufferPages;
}
