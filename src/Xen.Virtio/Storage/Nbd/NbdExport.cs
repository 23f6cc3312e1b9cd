using System.Numerics;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>What a server says about an export. Checked.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Flags">What it can do.</param>
/// <param name="MinimumBlock">Offsets and lengths are multiples of this; a power of two, at most 64 KiB.</param>
/// <param name="PreferredBlock">What is read and written best; a power of two.</param>
/// <param name="MaximumPayload">Bytes in one read or write; at most 32 MiB.</param>
/// <param name="StructuredReplies">Whether reads are answered in chunks.</param>
internal sealed record NbdExport(
    long Size, NbdExportFlags Flags, int MinimumBlock, int PreferredBlock, int MaximumPayload, bool StructuredReplies)
{
    private const int DefaultPreferredBlock = 4096;
    private const int DefaultMaximumPayload = 32 << 20;
    private const int LargestMinimumBlock = 64 << 10;

    public bool IsReadOnly => Has(NbdExportFlags.ReadOnly);

    public bool Has(NbdExportFlags flags) => (Flags & flags) == flags;

    /// <summary>Takes over what came from the server.</summary>
    /// <exception cref="NbdProtocolException">It cannot be so, or cannot be used.</exception>
    public static NbdExport Check(ulong size, ushort flags, NbdBlockSizes? sizes, bool structuredReplies)
    {
        var (minimum, preferred, maximum) = sizes ?? new NbdBlockSizes(1, DefaultPreferredBlock, DefaultMaximumPayload);
        if (!BitOperations.IsPow2(minimum) || minimum > LargestMinimumBlock)
            throw new NbdProtocolException($"the server wants blocks of {minimum} bytes");
        if (!BitOperations.IsPow2(preferred) || preferred < minimum || preferred > DefaultMaximumPayload)
            throw new NbdProtocolException($"the server prefers blocks of {preferred} bytes");
        if (maximum < minimum || (maximum != uint.MaxValue && maximum % minimum != 0))
            throw new NbdProtocolException($"the server takes {maximum} bytes at most");

        // What is behind the last whole block cannot be reached.
        var usable = size & ~(ulong)(minimum - 1);
        if (usable is < 512 or > long.MaxValue)
            throw new NbdProtocolException($"the export has {size} bytes");

        return new NbdExport(
            (long)usable, (NbdExportFlags)flags, (int)minimum, (int)preferred,
            (int)uint.Min(maximum, DefaultMaximumPayload), structuredReplies);
    }
}
