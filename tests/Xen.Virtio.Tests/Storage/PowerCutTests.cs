using System;
using System.Buffers.Binary;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage;

/// <summary>
/// Whenever the power goes, the disk holds what the guest was told is durable: after each change of the disk, of any of
/// the orders in which its cache may have been written.
/// </summary>
public sealed class PowerCutTests
{
    private const int Sectors = 48;
    private const int Steps = 300;

    [Theory]
    [InlineData(1, true, true)]
    [InlineData(2, true, true)]
    [InlineData(3, true, false)]
    [InlineData(4, false, true)]
    [InlineData(5, false, false)]
    public void What_was_flushed_survives_every_loss_of_power(int seed, bool canFlush, bool writeback)
    {
        var cut = Run(seed, canFlush, writeback, ignoresFlushes: false);
        Assert.Null(cut.Violation);
        Assert.InRange(cut.Cuts, Steps, int.MaxValue);
    }

    [Theory]
    [InlineData(6, true, true)]
    [InlineData(7, true, false)]
    [InlineData(8, false, true)]
    public void Disk_that_ignores_flushes_is_found_out(int seed, bool canFlush, bool writeback) =>
        Assert.NotNull(Run(seed, canFlush, writeback, ignoresFlushes: true).Violation);

    private static PowerCut Run(int seed, bool canFlush, bool writeback, bool ignoresFlushes)
    {
        var random = new Random(seed);
        var cut = new PowerCut(Sectors, new Random(seed + 1000));
        var disk = new RecordingBackend(Sectors, cut.Changed) { IgnoresFlushes = ignoresFlushes };
        using var bench = new BlockBench(disk, new BlockDeviceOptions { Writeback = writeback });
        bench.Driver.Start(canFlush ? ulong.MaxValue : ~BlockFeatures.Flush);
        var writesThrough = !canFlush || !writeback;
        var newest = new ulong[Sectors];
        for (ulong step = 1; step <= Steps; step++)
        {
            var sector = random.Next(Sectors);
            var count = random.Next(1, Math.Min(Sectors - sector, 8) + 1);
            switch (random.Next(12))
            {
                case 0 when canFlush:
                    writesThrough = random.Next(2) == 0;
                    Assert.True(bench.Guest.TryWriteConfig(
                        BlockLayout.WritebackOffset, [writesThrough ? (byte)0 : (byte)1]));
                    break;
                case < 3:
                    Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Flush());
                    cut.Durable(0, Sectors, i => newest[i]);
                    break;
                case 3:
                    cut.Begin(sector, count, PowerCut.Anything);
                    newest.AsSpan(sector, count).Fill(PowerCut.Anything);
                    Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Discard(
                        new BlockRange((ulong)sector, (uint)count, BlockRangeFlags.None)));
                    break;
                case 4:
                    Change(0, () => bench.Driver.WriteZeroes(
                        new BlockRange((ulong)sector, (uint)count, BlockRangeFlags.Unmap)));
                    break;
                default:
                    Change(step, () => bench.Driver.Write((ulong)sector, Fill(count, step)));
                    break;
            }

            void Change(ulong value, Func<BlockRequestStatus> request)
            {
                cut.Begin(sector, count, value);
                newest.AsSpan(sector, count).Fill(value);
                Assert.Equal(BlockRequestStatus.Ok, request());
                if (writesThrough)
                    cut.Durable(sector, count, i => newest[i]);
            }
        }

        return cut;
    }

    private static byte[] Fill(int sectors, ulong value)
    {
        var data = new byte[sectors * 512];
        for (var i = 0; i < data.Length; i += sizeof(ulong))
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i), value);
        return data;
    }
}
