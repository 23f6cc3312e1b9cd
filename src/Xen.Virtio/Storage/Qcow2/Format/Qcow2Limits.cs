namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>What an image may ask for at most. Nothing larger is allocated, whatever its header says.</summary>
internal static class Qcow2Limits
{
    public const int MinClusterBits = 9;
    public const int MaxClusterBits = 21;
    public const int MaxRefcountOrder = 6;
    public const int MaxL1Bytes = 32 << 20;
    public const int MaxRefcountTableBytes = 8 << 20;
    public const int MaxSnapshots = 65536;
    public const int MaxBackingNameBytes = 1023;

    /// <summary>Most extensions of a header that are looked at.</summary>
    public const int MaxHeaderExtensions = 64;

    /// <summary>Offsets in a file have 56 bits.</summary>
    public const ulong MaxHostOffset = (1UL << 56) - 1;
}
