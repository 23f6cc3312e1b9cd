namespace Xen.Testing.Linux;

/// <summary>What mmap(2) asks a driver for.</summary>
/// <param name="Length">Bytes, whole pages.</param>
/// <param name="Protection"><c>PROT_*</c>.</param>
/// <param name="IsShared">MAP_SHARED.</param>
/// <param name="Offset">Offset in the file, at a page boundary.</param>
internal readonly record struct MapRequest(nuint Length, int Protection, bool IsShared, ulong Offset)
{
    /// <summary>Number of pages.</summary>
    internal int Pages => (int)(Length >> Sys.XenPage.Shift);

    /// <summary>PROT_WRITE.</summary>
    internal bool IsWritable => (Protection & Frames.HostMemory.ProtectionWrite) != 0;
}
