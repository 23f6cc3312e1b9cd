using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>The host fails, or runs out of space; several queues work at once.</summary>
public sealed class Qcow2FaultTests : IDisposable
{
    private const int Size = 1 << 20;

    private readonly Qcow2Folder _folder = new();
    private readonly string _path;

    public Qcow2FaultTests() => _path = _folder["disk.qcow2"];

    public void Dispose() => _folder.Dispose();

    // What was reported as done is there, and what was not may be in part.
    [Theory]
    [InlineData(1, 512)]
    [InlineData(2, 4096)]
    [InlineData(3, 65536)]
    public void Failed_writes_leave_a_consistent_image(int seed, int clusterSize)
    {
        var random = new Random(seed);
        var file = new RecordedFile(NewImage(clusterSize));
        var model = new byte[Size];
        using (var disk = Qcow2Backend.Open(file, _path, new Qcow2Options { CacheBytes = 1 }))
        {
            for (var i = 0; i < 150; i++)
            {
                file.WritesUntilFailure = random.Next(3) == 0 ? random.Next(6) : int.MaxValue;
                var data = new byte[random.Next(1, 20) * 512];
                random.NextBytes(data);
                var offset = random.Next((Size - data.Length) / 512) * 512;
                var result = random.Next(4) switch
                {
                    0 => Zero(disk, offset, data),
                    1 => disk.Flush(),
                    _ => disk.Write(offset, data),
                };
                file.WritesUntilFailure = int.MaxValue;
                if (result != BlockResult.Success)
                    Assert.Equal(BlockResult.Success, disk.Read(offset, data));
                else if (disk.Read(offset, data) != BlockResult.Success)
                    Assert.Fail($"seed {seed}: step {i} cannot be read");
                data.CopyTo(model, offset);
            }

            Assert.Equal(BlockResult.Success, disk.Flush());
        }

        AssertImage(file, model);
    }

    [Theory]
    [InlineData(4, 512)]
    [InlineData(5, 4096)]
    public void Lack_of_space_is_told_and_ends_when_there_is_space_again(int seed, int clusterSize)
    {
        var random = new Random(seed);
        var file = new RecordedFile(NewImage(clusterSize));
        file.Space = file.Length + (Size / 3);
        var model = new byte[Size];
        using (var disk = Qcow2Backend.Open(file, _path, null))
        {
            var refused = 0;
            for (var i = 0; i < 200; i++)
            {
                if (i == 150)
                    file.Space = long.MaxValue;
                var data = new byte[random.Next(1, 60) * 512];
                random.NextBytes(data);
                var offset = random.Next((Size - data.Length) / 512) * 512;
                var result = disk.Write(offset, data);
                if (result != BlockResult.Success)
                {
                    Assert.Equal(BlockResult.NoSpace, result);
                    Assert.True(i < 150);
                    refused++;
                    Assert.Equal(BlockResult.Success, disk.Read(offset, data));
                }

                data.CopyTo(model, offset);
                Assert.Equal(BlockResult.Success, disk.Flush());
            }

            Assert.InRange(refused, 1, 149);
        }

        AssertImage(file, model);
    }

    [Fact]
    public void After_a_flush_that_failed_every_flush_fails_and_no_table_is_written()
    {
        var file = new RecordedFile(NewImage(4096));
        using (var disk = Qcow2Backend.Open(file, _path, null))
        {
            Assert.Equal(BlockResult.Success, disk.Write(0, new byte[10000]));
            Assert.Equal(BlockResult.Success, disk.Flush());
            Assert.Equal(BlockResult.Success, disk.Write(500_000, new byte[10000]));
            file.FlushesUntilFailure = 0;
            Assert.Equal(BlockResult.Failure, disk.Flush());
            file.FlushesUntilFailure = int.MaxValue;
            Assert.Equal(BlockResult.Failure, disk.Flush());
            Assert.Equal(BlockResult.Success, disk.Read(500_000, new byte[512]));
        }

        File.WriteAllBytes(_path, file.ToArray());
        QemuTools.Check(_path, mayLeak: true);
        Assert.All(QemuTools.Content(_path).Skip(500_000).Take(10000), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Data_in_its_place_is_durable_when_the_image_is_closed()
    {
        var file = new RecordedFile(NewImage(4096));
        using (var disk = Qcow2Backend.Open(file, _path, null))
        {
            Assert.Equal(BlockResult.Success, disk.Write(0, new byte[4096]));
            Assert.Equal(BlockResult.Success, disk.Flush());
            Assert.Equal(BlockResult.Success, disk.Write(0, [.. Enumerable.Repeat((byte)7, 512)]));
        }

        Assert.Null(file.Recorded[^1].Bytes);
        var unchanged = new RecordedFile(file.ToArray());
        Qcow2Backend.Open(unchanged, _path, null).Dispose();
        Assert.Empty(unchanged.Recorded);
    }

    [Fact]
    public void Error_of_the_host_is_a_value()
    {
        var file = new RecordedFile(NewImage(4096));
        using var disk = Qcow2Backend.Open(file, _path, null);
        Assert.Equal(BlockResult.Success, disk.Write(0, new byte[4096]));
        file.ReadsFail = true;
        Assert.Equal(BlockResult.Failure, disk.Read(0, new byte[512]));
        file.ReadsFail = false;
        Assert.Equal(BlockResult.Success, disk.Read(0, new byte[512]));
        disk.Dispose();
        var closed = Qcow2Backend.Open(_path);
        closed.Dispose();
        Assert.Equal(BlockResult.Failure, closed.Read(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, closed.Write(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, closed.Flush());
    }

    // Each thread has sectors of its own in clusters that all share.
    [Fact]
    public async Task Threads_do_not_disturb_each_other()
    {
        const int Threads = 4;
        NewImage(4096);
        var model = new byte[Size];
        using (var disk = Qcow2Backend.Open(_path, new Qcow2Options { CacheBytes = 1 }))
        {
            var threads = Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
            {
                var random = new Random(thread);
                var data = new byte[512];
                var read = new byte[512];
                for (var i = 0; i < 1500; i++)
                {
                    var sector = (random.Next(Size / 512 / Threads) * Threads) + thread;
                    random.NextBytes(data);
                    switch (random.Next(12))
                    {
                        case 0:
                            Assert.Equal(BlockResult.Success, disk.WriteZeroes(sector * 512, 512, mayUnmap: true));
                            model.AsSpan(sector * 512, 512).Clear();
                            break;
                        case 1 when i % 10 == 0:
                            Assert.Equal(BlockResult.Success, disk.Flush());
                            break;
                        case < 6:
                            Assert.Equal(BlockResult.Success, disk.Write(sector * 512, data));
                            data.CopyTo(model, sector * 512);
                            break;
                        default:
                            Assert.Equal(BlockResult.Success, disk.Read(sector * 512, read));
                            Assert.True(read.AsSpan().SequenceEqual(model.AsSpan(sector * 512, 512)), $"sector {sector}");
                            break;
                    }
                }
            })).ToArray();
            await Task.WhenAll(threads).WaitAsync(TimeSpan.FromMinutes(2));
        }

        QemuTools.Check(_path);
        Assert.Equal(-1, DiskModel.FirstDifference(model, QemuTools.Content(_path)));
    }

    // A cluster that becomes free while another thread writes to it is not given to anybody before that write is done.
    [Fact]
    public async Task Discards_and_writes_of_the_same_sectors_hurt_nobody_else()
    {
        NewImage(4096);
        var keep = new byte[Size / 2];
        new Random(1).NextBytes(keep);
        using (var disk = Qcow2Backend.Open(_path))
        {
            Assert.Equal(BlockResult.Success, disk.Write(Size / 2, keep));
            var threads = Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
            {
                var random = new Random(thread);
                for (var i = 0; i < 800; i++)
                {
                    var offset = random.Next(4) * 4096;
                    if (thread == 0)
                        Assert.Equal(BlockResult.Success, disk.Flush());
                    else if (random.Next(2) == 0)
                        Assert.Equal(BlockResult.Success, disk.Discard(offset, 8192));
                    else
                        Assert.Equal(BlockResult.Success, disk.Write(offset, new byte[4096]));
                    if (thread == 1)
                        Assert.Equal(BlockResult.Success, disk.Write((Size / 2) + (i % 128 * 4096), keep.AsSpan(i % 128 * 4096, 4096)));
                }
            })).ToArray();
            await Task.WhenAll(threads).WaitAsync(TimeSpan.FromMinutes(2));
        }

        QemuTools.Check(_path);
        Assert.Equal(-1, DiskModel.FirstDifference(keep, QemuTools.Content(_path).AsSpan(Size / 2)));
    }

    [Fact]
    public void Nothing_is_allocated_for_clusters_that_are_there()
    {
        NewImage(65536);
        using var disk = Qcow2Backend.Open(_path);
        var data = new byte[Size];
        Assert.Equal(BlockResult.Success, disk.Write(0, data));
        Assert.Equal(0, Allocation.Least(() => Touch(disk, data)));
    }

    private static void Touch(Qcow2Backend disk, byte[] data)
    {
        var failed = 0;
        for (var i = 0; i < 100; i++)
        {
            failed += (int)disk.Read(i * 4096, data.AsSpan(0, 200_000));
            failed += (int)disk.Write(i * 4096, data.AsSpan(0, 200_000));
        }

        if (failed > 0)
            Assert.Fail("a read or a write failed");
    }

    private static BlockResult Zero(Qcow2Backend disk, int offset, byte[] data)
    {
        data.AsSpan().Clear();
        return disk.WriteZeroes(offset, data.Length, mayUnmap: true);
    }

    private byte[] NewImage(int clusterSize)
    {
        Qcow2Backend.Create(_path, new Qcow2CreateOptions { Size = Size, ClusterSize = clusterSize });
        return File.ReadAllBytes(_path);
    }

    private void AssertImage(RecordedFile file, byte[] model)
    {
        File.WriteAllBytes(_path, file.ToArray());
        QemuTools.Check(_path, mayLeak: true);
        Assert.Equal(-1, DiskModel.FirstDifference(model, QemuTools.Content(_path)));
    }
}
