using System;
using System.Collections.Generic;
using System.IO;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;
using Xen.Virtio.Storage.Qcow2.Engine;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>
/// The power goes at any time, and of what was written since the last flush of the file any sectors are there. The image
/// is consistent, each sector of the disk has what was flushed or something newer.
/// </summary>
public sealed class Qcow2PowerCutTests : IDisposable
{
    private const int Sector = 512;

    private readonly Qcow2Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "cluster_size=512,refcount_bits=64", 1 << 20)]
    [InlineData(2, "cluster_size=512,refcount_bits=1", 1 << 18)]
    [InlineData(3, "cluster_size=4096", 1 << 20)]
    [InlineData(4, "cluster_size=4096,compat=0.10", 1 << 20)]
    [InlineData(5, "cluster_size=64k,lazy_refcounts=on", 1 << 21)]
    public void Nothing_that_was_flushed_is_lost(int seed, string options, int size)
    {
        var path = _folder["disk.qcow2"];
        QemuTools.Img("create", "-q", "-f", "qcow2", "-o", options, path, $"{size}");
        Cut(seed, File.ReadAllBytes(path), new byte[size]);
    }

    [Theory]
    [InlineData(11, "cluster_size=4096")]
    [InlineData(12, "cluster_size=512,compat=0.10")]
    public void Nothing_that_was_flushed_is_lost_over_a_backing_file_and_snapshots(int seed, string options)
    {
        const int Size = 1 << 19;
        var content = new byte[Size];
        new Random(seed).NextBytes(content);
        File.WriteAllBytes(_folder["base.raw"], content);
        var path = _folder["disk.qcow2"];
        QemuTools.Img("create", "-q", "-f", "qcow2", "-o", options, "-b", "base.raw", "-F", "raw", path, $"{Size}");
        QemuTools.Io(path, "write -q -P 7 0 100000", "write -q -P 9 300000 20000");
        content.AsSpan(0, 100000).Fill(7);
        content.AsSpan(300000, 20000).Fill(9);
        QemuTools.Img("snapshot", "-c", "then", path);
        Cut(seed, File.ReadAllBytes(path), content);
    }

    private void Cut(int seed, byte[] image, byte[] content)
    {
        var file = new RecordedFile(image);
        var random = new Random(seed);
        var history = new History(content);
        using (var disk = Qcow2Backend.Open(file, _folder["disk.qcow2"], new Qcow2Options { CacheBytes = 1 }))
        {
            for (var i = 0; i < 80; i++)
                Step(disk, random, history, file);
        }

        for (var cut = 0; cut < 40; cut++)
        {
            var events = file.RandomCut(random);
            var bytes = file.AfterPowerCut(events, random);
            var context = $"seed {seed}, cut {cut} at {events} of {file.Events}:";
            AssertConsistent(bytes, context);
            if (cut % 16 == 0)
            {
                File.WriteAllBytes(_folder["cut.qcow2"], bytes);
                QemuTools.Check(_folder["cut.qcow2"], mayLeak: true, context);
            }

            var survivor = new RecordedFile(bytes);
            using (var disk = Qcow2Backend.Open(survivor, _folder["cut.qcow2"], null))
            {
                var now = new byte[content.Length];
                Assert.Equal(BlockResult.Success, disk.Read(0, now));
                history.AssertPossible(now, events, context);
                Assert.Equal(BlockResult.Success, disk.Write(random.Next(content.Length / 2), now.AsSpan(0, now.Length / 2)));
            }

            AssertConsistent(survivor.ToArray(), $"{context} after it");
        }
    }

    private static void Step(Qcow2Backend disk, Random random, History history, RecordedFile file)
    {
        var most = Math.Min(history.Sectors / 4, 64);
        var count = random.Next(1, most);
        var sector = random.Next(history.Sectors - count + 1);
        var (offset, length) = ((long)sector * Sector, count * Sector);
        switch (random.Next(8))
        {
            case 0:
                Assert.Equal(BlockResult.Success, disk.Flush());
                history.Flushed(file.Events);
                break;
            case 1:
                history.Changes(sector, new byte[length], keepsOld: true, file.Events);
                Assert.Equal(BlockResult.Success, disk.Discard(offset, length));
                break;
            case 2:
                history.Changes(sector, new byte[length], keepsOld: false, file.Events);
                Assert.Equal(BlockResult.Success, disk.WriteZeroes(offset, length, random.Next(2) == 0));
                break;
            default:
                var data = new byte[length];
                random.NextBytes(data);
                history.Changes(sector, data, keepsOld: false, file.Events);
                Assert.Equal(BlockResult.Success, disk.Write(offset, data));
                break;
        }
    }

    // Every count is as high as the tables say, or higher.
    private static void AssertConsistent(byte[] bytes, string context)
    {
        Assert.True(Qcow2HeaderReader.TryRead(bytes, out var header, out var error), $"{context} {error}");
        using var file = new ImageFile(new RecordedFile(bytes), long.MaxValue);
        var counts = ReferenceCounter.Count(file, header!);
        var refcounts = new RefcountStore(file, header!, 64, _ => false);
        for (var cluster = 0; cluster < counts.Clusters; cluster++)
            Assert.True(refcounts.Get(cluster) >= counts[cluster], $"{context} cluster {cluster} is used {counts[cluster]} times");
    }

    /// <summary>What each sector may be after a loss of power.</summary>
    private sealed class History(byte[] content)
    {
        private readonly List<(int Event, int Sector, byte[] Data, bool KeepsOld)> _changes = [];
        private readonly List<(int Event, int Changes)> _flushes = [(0, 0)];

        public int Sectors => content.Length / Sector;

        // The change has begun, so a cut after this many events may show it.
        public void Changes(int sector, byte[] data, bool keepsOld, int events) =>
            _changes.Add((events, sector, data, keepsOld));

        public void Flushed(int events) => _flushes.Add((events, _changes.Count));

        public void AssertPossible(byte[] now, int events, string context)
        {
            var flushed = _flushes.FindLast(flush => flush.Event <= events).Changes;
            var possible = new List<byte[]>[Sectors];
            for (var i = 0; i < Sectors; i++)
                possible[i] = [content[(i * Sector)..((i + 1) * Sector)]];
            for (var i = 0; i < _changes.Count; i++)
            {
                var change = _changes[i];
                if (i >= flushed && change.Event > events)
                    break;
                for (var at = 0; at < change.Data.Length / Sector; at++)
                {
                    if (i < flushed && !change.KeepsOld)
                        possible[change.Sector + at].Clear();
                    possible[change.Sector + at].Add(change.Data[(at * Sector)..((at + 1) * Sector)]);
                }
            }

            for (var i = 0; i < Sectors; i++)
            {
                var sector = now.AsSpan(i * Sector, Sector);
                var found = false;
                foreach (var one in possible[i])
                    found |= sector.SequenceEqual(one);
                Assert.True(found, $"{context} sector {i} of the disk has what was never to be there");
            }
        }
    }
}
