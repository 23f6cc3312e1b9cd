using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Qcow2;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage.Qcow2;

/// <summary>The process is killed, and the machine goes on: what a guest was told is written is there for the next one.</summary>
public sealed class Qcow2RecoveryTests : IDisposable
{
    private const int FirstAutoclearByte = 88;

    private readonly Qcow2Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The file as it is at some write, and the log as it is then: a kill loses neither.
    [Theory]
    [InlineData(1, "cluster_size=512,refcount_bits=64", false)]
    [InlineData(2, "cluster_size=4096", true)]
    [InlineData(3, "cluster_size=4096,compat=0.10", false)]
    [InlineData(4, "cluster_size=64k", true)]
    public void No_write_is_lost_when_the_process_is_killed(int seed, string options, bool snapshot)
    {
        const int Size = 1 << 20;
        var random = new Random(seed);
        var path = _folder["disk.qcow2"];
        QemuTools.Img("create", "-q", "-f", "qcow2", "-o", options, path, $"{Size}");
        var content = new byte[Size];
        if (snapshot)
        {
            QemuTools.Io(path, "write -q -P 7 0 300000");
            content.AsSpan(0, 300_000).Fill(7);
            QemuTools.Img("snapshot", "-c", "then", path);
        }

        var model = new DiskModel(content, random, 512, 4096);
        var image = File.ReadAllBytes(path);
        byte[] log = [];
        for (var life = 0; life < 12; life++)
        {
            var file = new RecordedFile(image);
            var logFile = new RecordedFile(log);
            using var disk = Qcow2Backend.Open(file, path, new Qcow2Options { CacheBytes = 1 }, null, logFile);
            model.AssertSame(disk);
            for (var i = random.Next(40); i > 0; i--)
                model.Step(disk);

            // Killed in the middle of a flush, or between two requests.
            file.WritesUntilFailure = random.Next(12);
            if (random.Next(2) == 0)
                _ = disk.Flush();
            (image, log) = (file.ToArray(), logFile.ToArray());
        }

        var last = new RecordedFile(image);
        using (var disk = Qcow2Backend.Open(last, path, null, null, new RecordedFile(log)))
            model.AssertSame(disk);
        File.WriteAllBytes(path, last.ToArray());
        QemuTools.Check(path, mayLeak: true, $"seed {seed}");
        model.AssertSame(QemuTools.Content(path));
    }

    // A kill may come between two pages of one write, so a write is whole only if it is an aligned word.
    [Fact]
    public void Entry_of_the_log_becomes_valid_by_one_aligned_word()
    {
        const int First = 32;
        const int Entry = 24;
        const int Word = 8;
        var path = _folder["disk.qcow2"];
        Qcow2Backend.Create(path, new Qcow2CreateOptions { Size = 4 << 20, ClusterSize = 4096 });
        var log = new RecordedFile([]);
        using var disk = Qcow2Backend.Open(new RecordedFile(File.ReadAllBytes(path)), path, null, null, log);
        for (var i = 0; i < 400; i++)
            Assert.Equal(BlockResult.Success, disk.Write(i * 4096, new byte[4096]));

        var last = First - Entry;
        foreach (var (offset, bytes) in log.Recorded.Where(item => item.Offset >= First && item.Bytes is not null))
        {
            var place = (offset - First) % Entry;
            if (place != 0)
            {
                Assert.Equal((Word, Entry - Word), (place, bytes!.Length));
                continue;
            }

            Assert.Equal(Word, bytes!.Length);
            if (bytes[0] == 0)
                continue;
            last += Entry;
            Assert.Equal(last, offset);
        }

        Assert.InRange(last, 4096 * 2, int.MaxValue);
    }

    [Fact]
    public void Log_of_an_image_that_another_program_has_opened_for_writing_is_refused()
    {
        var path = _folder["disk.qcow2"];
        Qcow2Backend.Create(path, new Qcow2CreateOptions { Size = 1 << 20 });
        var image = new RecordedFile(File.ReadAllBytes(path));
        var log = new RecordedFile([]);
        byte[] left, leftLog;
        using (var disk = Qcow2Backend.Open(image, path, null, null, log))
        {
            Assert.Equal(BlockResult.Success, disk.Write(0, new byte[512]));
            (left, leftLog) = (image.ToArray(), log.ToArray());
        }

        Assert.Equal(0, image.ToArray()[FirstAutoclearByte]);
        File.WriteAllBytes(path, left);
        QemuTools.Io(path, "write -q -P 7 0 512");
        var changed = new RecordedFile(File.ReadAllBytes(path));
        var message = Assert.Throws<BlockBackendException>(
            () => Qcow2Backend.Open(changed, path, null, null, new RecordedFile(leftLog))).Message;
        Assert.Contains("another program", message, StringComparison.Ordinal);
        Assert.Empty(changed.Recorded);
        Qcow2Backend.Open(new RecordedFile(left), path, null, null, new RecordedFile(leftLog)).Dispose();
    }

    [Fact]
    public void Log_of_another_image_or_another_start_of_the_machine_is_not_used()
    {
        var path = _folder["disk.qcow2"];
        Qcow2Backend.Create(path, new Qcow2CreateOptions { Size = 1 << 20 });
        var image = new RecordedFile(File.ReadAllBytes(path));
        var log = new RecordedFile([]);
        byte[] left, leftLog;
        using (var disk = Qcow2Backend.Open(image, path, null, null, log))
        {
            Assert.Equal(BlockResult.Success, disk.Write(0, new byte[512]));
            (left, leftLog) = (image.ToArray(), log.ToArray());
        }

        Assert.Empty(TakenOver(_folder["other.qcow2"], left, leftLog));
        Assert.Empty(TakenOver(path, left, [(byte)~leftLog[0], .. leftLog.AsSpan(1)]));
        Assert.Single(TakenOver(path, left, leftLog));
        Assert.Empty(TakenOver(path, image.ToArray(), log.ToArray()));

        static IEnumerable<string> TakenOver(string path, byte[] image, byte[] log)
        {
            var logger = new ListLogger();
            Qcow2Backend.Open(new RecordedFile(image), path, null, logger, new RecordedFile(log)).Dispose();
            return logger.Lines.Select(line => line.Text);
        }
    }

    [Fact]
    public void Log_that_does_not_fit_the_image_is_refused()
    {
        var path = _folder["disk.qcow2"];
        Qcow2Backend.Create(path, new Qcow2CreateOptions { Size = 1 << 20, ClusterSize = 4096 });
        var options = new Qcow2Options { RecoveryLog = _folder["log"] };
        Qcow2Backend.Open(path, options).Dispose();
        var image = File.ReadAllBytes(path);
        image[FirstAutoclearByte] = 0x80;
        var log = new byte[32 + 24];
        File.ReadAllBytes(_folder["log"]).AsSpan(0, 32).CopyTo(log);
        for (var seed = 0; seed < 200; seed++)
        {
            new Random(seed).NextBytes(log.AsSpan(40));
            log[32] = (byte)(1 + (seed % 3));
            File.WriteAllBytes(_folder["log"], log);
            var message = Assert.Throws<BlockBackendException>(
                () => Qcow2Backend.Open(new RecordedFile(image), path, options)).Message;
            Assert.Contains("recovery log", message, StringComparison.Ordinal);
        }
    }
}
