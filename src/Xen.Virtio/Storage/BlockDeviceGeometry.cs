using System.Globalization;
using System.IO;

namespace Xen.Virtio.Storage;

/// <summary>What a host block device says about itself, apart from its length.</summary>
/// <param name="BlockSize">Logical block size in bytes.</param>
/// <param name="Topology">How it is best used.</param>
/// <param name="CanDiscard">Whether it takes discards.</param>
internal readonly record struct BlockDeviceGeometry(int BlockSize, BlockTopology Topology, bool CanDiscard)
{
    /// <summary>Looks up what only sysfs tells: sizes of discards.</summary>
    /// <param name="path">A path below /dev, or a link to one.</param>
    /// <returns>Granularity of discards in bytes; 0 if there are none, or if sysfs does not know the path.</returns>
    public static int DiscardGranularityOf(string path)
    {
        var device = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        var entry = $"/sys/class/block/{Path.GetFileName(device)}";

        // A partition has no queue of its own; its disk is the folder above.
        if (Directory.Exists(entry) && !Directory.Exists($"{entry}/queue"))
            entry = Path.Combine(Directory.ResolveLinkTarget(entry, returnFinalTarget: true)?.FullName ?? entry, "..");
        return TryReadNumber($"{entry}/queue/discard_max_bytes", out var most) && most > 0
            && TryReadNumber($"{entry}/queue/discard_granularity", out var granularity)
            && granularity is > 0 and <= int.MaxValue
                ? (int)granularity
                : 0;
    }

    private static bool TryReadNumber(string path, out long value)
    {
        value = 0;
        return File.Exists(path)
            && long.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
