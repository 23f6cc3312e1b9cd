using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>The field <c>writeback</c> of the configuration, virtio 1.2 §5.2.5 and §5.2.6.2.</summary>
public sealed class BlockCacheModeTests
{
    private readonly MemoryBackend _backend = new(64);

    [Fact]
    public void Driver_switches_the_cache_to_write_through_and_back()
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        Assert.Equal(1, Writeback(bench));
        AssertFlushesPerWrite(bench, 0);

        Assert.True(bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [0]));
        Assert.Equal(0, Writeback(bench));
        AssertFlushesPerWrite(bench, 1);

        Assert.True(bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [1]));
        AssertFlushesPerWrite(bench, 0);
    }

    [Fact]
    public void Zeros_are_durable_at_once_too()
    {
        using var bench = new BlockBench(_backend, new BlockDeviceOptions { Writeback = false });
        bench.Driver.Start();
        Assert.Equal(0, Writeback(bench));
        bench.Driver.WriteZeroes(new BlockRange(0, 1, BlockRangeFlags.None));
        Assert.Equal(1, _backend.Flushes);
    }

    [Fact]
    public void Write_through_that_cannot_be_made_durable_is_an_io_error()
    {
        using var bench = new BlockBench(_backend, new BlockDeviceOptions { Writeback = false });
        bench.Driver.Start();
        _backend.FlushOutcome = BlockResult.Failure;
        Assert.Equal(BlockRequestStatus.IoError, bench.Driver.Write(0, new byte[512]));
    }

    [Fact]
    public void Reset_brings_the_cache_mode_back()
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [0]);
        bench.Driver.Start();
        Assert.Equal(1, Writeback(bench));
        AssertFlushesPerWrite(bench, 0);
    }

    [Theory]
    [InlineData(BlockFeatures.ConfigWriteCache, 1)]
    [InlineData(BlockFeatures.Flush, 0)]
    [InlineData(BlockFeatures.Flush | BlockFeatures.ConfigWriteCache, 0)]
    public void Driver_that_did_not_accept_it_cannot_switch(ulong without, byte writeback)
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start(~without);
        Assert.Equal(writeback, Writeback(bench));
        Assert.False(bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [(byte)(1 - writeback)]));
        AssertFlushesPerWrite(bench, writeback == 0 ? 1 : 0);
    }

    [Fact]
    public void Nothing_else_of_the_configuration_can_be_written()
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        for (uint offset = 0; offset < 0x100; offset++)
        {
            foreach (var width in (int[])[1, 2, 4, 8])
            {
                var isTheField = offset == BlockLayout.WritebackOffset && width == 1;
                Assert.Equal(isTheField, bench.Guest.TryWriteConfig(offset, new byte[width]));
            }
        }

        Assert.Equal(64u, bench.Driver.CapacitySectors);
    }

    [Fact]
    public void Chosen_mode_survives_the_process()
    {
        using var bench = new BlockBench(_backend);
        bench.Driver.Start();
        var changes = 0;
        bench.Device.StateChanged += (_, _) => changes++;
        bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [0]);
        bench.Guest.TryWriteConfig(BlockLayout.WritebackOffset, [0]);
        Assert.Equal(1, changes);
        var state = bench.Device.SaveState();

        var next = new BlockDevice(_backend);
        Assert.True(next.TryRestoreState(state));
        next.Activate(next.Features);
        Assert.Equal(state, next.SaveState());
        foreach (var damaged in (byte[][])[[], [1], [1, 2], [2, 0], [1, 0, 0]])
            Assert.False(next.TryRestoreState(damaged));
        Assert.Equal(state, next.SaveState());
    }

    private void AssertFlushesPerWrite(BlockBench bench, int expected)
    {
        var before = _backend.Flushes;
        Assert.Equal(BlockRequestStatus.Ok, bench.Driver.Write(0, new byte[512]));
        Assert.Equal(expected, _backend.Flushes - before);
    }

    private static byte Writeback(BlockBench bench)
    {
        var value = new byte[1];
        Assert.True(bench.Guest.TryReadConfig(BlockLayout.WritebackOffset, value));
        return value[0];
    }
}
