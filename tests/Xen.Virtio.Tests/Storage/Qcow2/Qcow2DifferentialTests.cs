using System;
using System.IO;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>Random operations on our images and on an array of bytes; QEMU finds the one clean and the other in it.</summary>
public sealed class Qcow2DifferentialTests : IDisposable
{
    private readonly Qcow2Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 512, 16, 600_000)]
    [InlineData(2, 512, 64, 3_000_064)]
    [InlineData(3, 512, 1, 400_000)]
    [InlineData(4, 4096, 2, 2_000_384)]
    [InlineData(5, 4096, 4, 2_000_384)]
    [InlineData(6, 4096, 8, 2_000_384)]
    [InlineData(7, 65536, 16, 9_000_448)]
    [InlineData(8, 65536, 32, 9_000_448)]
    [InlineData(9, 2 << 20, 16, 9_000_448)]
    public void New_image_behaves_as_an_array_of_bytes_and_qemu_agrees(int seed, int clusterSize, int refcountBits, int size)
    {
        var path = _folder["disk.qcow2"];
        size -= size % 512;
        Qcow2Backend.Create(path, new Qcow2CreateOptions { Size = size, ClusterSize = clusterSize, RefcountBits = refcountBits });
        QemuTools.Check(path);
        Run(path, new DiskModel(new byte[size], new Random(seed), 512, clusterSize), new Random(seed));
    }

    [Theory]
    [InlineData(11, "compat=0.10")]
    [InlineData(12, "compat=0.10,cluster_size=4096")]
    [InlineData(13, "cluster_size=4096,lazy_refcounts=on")]
    [InlineData(14, "cluster_size=512,refcount_bits=64,preallocation=metadata")]
    [InlineData(15, "cluster_size=4096,refcount_bits=1,preallocation=metadata")]
    [InlineData(16, "cluster_size=4096,preallocation=full,compat=0.10")]
    public void Image_of_qemu_behaves_as_an_array_of_bytes_and_qemu_agrees(int seed, string options)
    {
        const int Size = 2_000_384;
        var path = _folder["disk.qcow2"];
        QemuTools.Img("create", "-q", "-f", "qcow2", "-o", options, path, $"{Size}");
        Run(path, new DiskModel(new byte[Size], new Random(seed), 512, 4096), new Random(seed));
    }

    [Theory]
    [InlineData(21, "raw", "cluster_size=4096", 1_500_000)]
    [InlineData(22, "raw", "cluster_size=4096,compat=0.10", 1_500_000)]
    [InlineData(23, "qcow2", "cluster_size=512", 2_000_384)]
    [InlineData(24, "qcow2", "cluster_size=64k", 3_000_320)]
    public void Image_with_a_backing_file_behaves_as_an_array_of_bytes_and_qemu_agrees(
        int seed, string format, string options, int backingSize)
    {
        const int Size = 2_000_384;
        backingSize -= backingSize % 512;
        var random = new Random(seed);
        var below = new byte[backingSize];
        random.NextBytes(below.AsSpan(0, backingSize / 2));
        File.WriteAllBytes(_folder["base.raw"], below);
        if (format == "qcow2")
            QemuTools.Img("convert", "-f", "raw", "-O", "qcow2", "-c", _folder["base.raw"], _folder["base.qcow2"]);
        var path = _folder["disk.qcow2"];
        QemuTools.Img(
            "create", "-q", "-f", "qcow2", "-o", options, "-b", $"base.{format}", "-F", format, path, $"{Size}");

        var content = new byte[Size];
        below.AsSpan(0, Math.Min(Size, backingSize)).CopyTo(content);
        Run(path, new DiskModel(content, random, 512, 4096), random);
        Assert.Equal(below, File.ReadAllBytes(_folder["base.raw"]));
    }

    // Clusters that a snapshot shares are copied, and the snapshot stays what it was.
    [Theory]
    [InlineData(31, "cluster_size=512,refcount_bits=2")]
    [InlineData(32, "cluster_size=4096")]
    [InlineData(33, "cluster_size=4096,compat=0.10")]
    public void Snapshots_stay_as_they_were(int seed, string options)
    {
        const int Size = 1_000_448;
        var path = _folder["disk.qcow2"];
        var random = new Random(seed);
        QemuTools.Img("create", "-q", "-f", "qcow2", "-o", options, path, $"{Size}");
        var model = new DiskModel(new byte[Size], random, 512, 4096);
        Run(path, model, random, steps: 40);
        var then = (byte[])model.Content.Clone();
        QemuTools.Img("snapshot", "-c", "then", path);
        Run(path, model, random, steps: 80);
        QemuTools.Img("convert", "-l", "then", "-f", "qcow2", "-O", "raw", path, _folder["then.raw"]);
        Assert.Equal(-1, DiskModel.FirstDifference(then, File.ReadAllBytes(_folder["then.raw"])));
        QemuTools.Img("snapshot", "-d", "then", path);
        Run(path, model, random, steps: 20);
    }

    [Theory]
    [InlineData(41, "cluster_size=512")]
    [InlineData(42, "cluster_size=4096,refcount_bits=64")]
    [InlineData(43, "cluster_size=64k,compat=0.10")]
    [InlineData(44, "cluster_size=2M")]
    public void Compressed_clusters_are_read_and_rewritten(int seed, string options)
    {
        const int Size = 4_000_256;
        var random = new Random(seed);
        var content = new byte[Size];
        for (var i = 0; i < Size; i++)
            content[i] = (byte)((i / 97) ^ (i % 3 == 0 ? random.Next(4) : 0));
        File.WriteAllBytes(_folder["from.raw"], content);
        var path = _folder["disk.qcow2"];
        QemuTools.Img("convert", "-f", "raw", "-O", "qcow2", "-c", "-o", options, _folder["from.raw"], path);
        Run(path, new DiskModel(content, random, 512, 4096), random, steps: 60);
    }

    private static void Run(string path, DiskModel model, Random random, int steps = 100)
    {
        for (var round = 0; round < 2; round++)
        {
            using (var disk = Qcow2Backend.Open(path, new Qcow2Options { CacheBytes = random.Next(2) == 0 ? 1 : 1 << 20 }))
            {
                model.AssertSame(disk);
                for (var i = 0; i < steps / 2; i++)
                    model.Step(disk);
                Assert.Equal(BlockResult.Success, disk.Flush());
                model.AssertSame(disk);
                QemuTools.Check(path, mayLeak: true);
            }

            QemuTools.Check(path);
            model.AssertSame(QemuTools.Content(path));
        }
    }
}
