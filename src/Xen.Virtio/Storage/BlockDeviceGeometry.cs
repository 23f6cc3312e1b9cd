using System.Globalization;
using System.IO;

namespace Xen.Virtio.Storage;

/// <summary>Length and block size of a host block device.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="BlockSize">Logical block size in bytes.</param>
/// <remarks>.NET reports 0 as the length of a block device, so the kernel is asked through sysfs.</remarks>
internal readonly record struct BlockDeviceGeometry(long Length, int BlockSize)
{
    // What "size" counts, whatever the device's block size.
    private const int SysfsSectorSize = 512;

    /// <summary>Looks a device up.</summary>
    /// <param name="path">A path below /dev, or a link to one.</param>
    /// <param name="geometry">What sysfs says about it.</param>
    /// <returns>False if the path is not a block device.</returns>
    public static bool TryRead(string path, out BlockDeviceGeometry geometry)
    {
        geometry = default;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (!target.StartsWith("/dev/", System.StringComparison.Ordinal))
            return false;

        var entry = $"/sys/class/block/{Path.GetFileName(target)}";
        if (!TryReadNumber($"{entry}/size", out var sectors))
            return false;

        // A partition has no queue of its own; its disk is the folder above.
        if (!TryReadNumber($"{entry}/queue/logical_block_size", out var blockSize)
            && !TryReadNumber($"{entry}/../queue/logical_block_size", out blockSize))
            blockSize = SysfsSectorSize;

        geometry = new BlockDeviceGeometry(sectors * SysfsSectorSize, (int)blockSize);
        return true;
    }

    private static bool TryReadNumber(string path, out long value)
    {
        value = 0;
        return File.Exists(path)
            && long.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
