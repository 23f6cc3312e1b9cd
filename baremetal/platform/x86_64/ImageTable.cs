namespace Xen.BareMetal;

/// <summary>Where things are in the image: boot/x86_64/image.S, in that order.</summary>
internal unsafe struct ImageTable
{
    internal delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> HypercallByPage;
    internal delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> HypercallByVmcall;
    internal delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> HypercallByVmmcall;
    internal byte* HypercallPage;
    internal byte* SharedInfoPage;
    internal byte* StackGuard;
    internal byte* Buffers;
    internal ulong BufferPages;
    internal ulong* TrapEntriesPv;
    internal ulong* TrapEntriesPvh;
}
