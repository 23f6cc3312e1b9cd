using System.IO;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Xen.Virtio.Storage;

/// <summary>A block device of the host: as <see cref="LinuxFile"/>, with the size and the commands of a disk.</summary>
/// <remarks>.NET reports 0 as the length of a block device, so the kernel is asked.</remarks>
[SupportedOSPlatform("linux")]
internal sealed class LinuxBlockDevice : LinuxFile
{
    // linux/fs.h. The numbers are those of every architecture that .NET runs on.
    private const nuint GetSize = 0x80081272; // BLKGETSIZE64
    private const nuint GetBlockSize = 0x1268; // BLKSSZGET
    private const nuint GetMinimumIo = 0x1278; // BLKIOMIN
    private const nuint GetOptimalIo = 0x1279; // BLKIOOPT
    private const nuint GetPhysicalBlockSize = 0x127b; // BLKPBSZGET
    private const nuint Discard = 0x1277; // BLKDISCARD
    private const nuint ZeroOut = 0x127f; // BLKZEROOUT

    private readonly BlockDeviceGeometry _geometry;

    private LinuxBlockDevice(SafeFileHandle handle, BlockDeviceGeometry geometry)
        : base(handle) => _geometry = geometry;

    public override long Length => LinuxCalls.TryGetNumber(Handle, GetSize, out var size)
        ? (long)size
        : throw new IOException("the block device does not tell its size");

    public override BlockDeviceGeometry? Device => _geometry;

    public override bool CanDiscard => _geometry.CanDiscard;

    /// <summary>Takes a handle for a block device, if it is one.</summary>
    /// <param name="handle">Owned by what is returned, if anything is.</param>
    /// <param name="path">Where it was opened.</param>
    /// <returns>Null if it is something else.</returns>
    public static LinuxBlockDevice? TryCreate(SafeFileHandle handle, string path)
    {
        if (!LinuxCalls.TryGetNumber(handle, GetSize, out _))
            return null;

        var blockSize = Ask(handle, GetBlockSize, 512);
        var granularity = BlockDeviceGeometry.DiscardGranularityOf(path);
        var topology = new BlockTopology(
            Ask(handle, GetPhysicalBlockSize, blockSize), Ask(handle, GetMinimumIo, blockSize),
            Ask(handle, GetOptimalIo, 0), granularity == 0 ? blockSize : granularity);
        return new LinuxBlockDevice(handle, new BlockDeviceGeometry(blockSize, topology, granularity != 0));
    }

    // The kernel takes whole blocks only; what is left of a block at either end stays as it is, which a discard allows.
    public override bool TryDiscard(long offset, long length)
    {
        var block = _geometry.BlockSize;
        var start = (offset + block - 1) / block * block;
        var end = (offset + length) / block * block;
        return end <= start || LinuxCalls.TryRange(Handle, Discard, start, end - start);
    }

    // BLKZEROOUT writes the zeros itself where the device has no command for it.
    public override bool TryZero(long offset, long length, bool mayUnmap) =>
        (mayUnmap && LinuxCalls.TryPunchHole(Handle, offset, length))
        || LinuxCalls.TryRange(Handle, ZeroOut, offset, length);

    private static int Ask(SafeFileHandle handle, nuint request, int otherwise) =>
        LinuxCalls.TryGetNumber(handle, request, out var value) && value is > 0 and <= int.MaxValue
            ? (int)value
            : otherwise;
}
