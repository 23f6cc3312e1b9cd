using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>The client and the real qemu-nbd.</summary>
public sealed class QemuNbdTests
{
    private const int Length = 1 << 20;

    private static readonly NbdOptions s_options = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(1),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public void Disk_behaves_as_an_array_of_bytes()
    {
        var model = new byte[Length];
        new Random(1).NextBytes(model);
        using var server = new QemuNbd(model, "--discard=unmap", "--detect-zeroes=unmap");
        using (var backend = NbdBackend.Connect(server.Endpoint, s_options))
        {
            Assert.Equal((Length, false, true), (backend.Length, backend.IsReadOnly, backend.CanDiscard));
            var random = new Random(2);
            for (var i = 0; i < 300; i++)
                Step(backend, model, random, 0, Length);
            Assert.Equal(BlockResult.Success, backend.Flush());
            Assert.Equal(BlockResult.Success, backend.Discard(Length / 2, 64 << 10));
            model.AsSpan(Length / 2, 64 << 10).Clear();
        }

        Assert.Equal(model, File.ReadAllBytes(server.ImagePath));
    }

    // Killed as a process: what it had answered is in the host's memory.
    [Fact]
    public async Task Server_that_is_killed_and_started_again_loses_nothing()
    {
        const int Callers = 4;
        const int Part = Length / Callers;
        var model = new byte[Length];
        new Random(3).NextBytes(model);
        using var server = new QemuNbd(model);
        using (var backend = NbdBackend.Connect(server.Endpoint, s_options))
        {
            var left = Callers;
            var callers = Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(
                () =>
                {
                    var part = model.AsSpan(caller * Part, Part).ToArray();
                    var random = new Random(caller);
                    for (var i = 0; i < 400; i++)
                    {
                        Step(backend, part, random, caller * Part, Part);
                        if (i % 50 == 0)
                            Assert.Equal(BlockResult.Success, backend.Flush());
                    }

                    part.CopyTo(model, caller * Part);
                    Interlocked.Decrement(ref left);
                },
                TaskCreationOptions.LongRunning)).ToArray();
            for (var i = 0; i < 5 && Volatile.Read(ref left) != 0; i++)
                server.Restart();
            await Task.WhenAll(callers);
            Assert.Equal(BlockResult.Success, backend.Flush());
        }

        Assert.Equal(model, File.ReadAllBytes(server.ImagePath));
    }

    // Killed as a machine: the image is put back to what had been flushed.
    [Fact]
    public void Server_that_loses_its_memory_gets_the_unflushed_writes_again()
    {
        var flushed = new byte[Length];
        new Random(4).NextBytes(flushed);
        var model = (byte[])flushed.Clone();
        using var server = new QemuNbd(model);
        using (var backend = NbdBackend.Connect(server.Endpoint, s_options))
        {
            var random = new Random(5);
            for (var round = 0; round < 5; round++)
            {
                for (var i = 0; i < 40; i++)
                    Step(backend, model, random, 0, Length);
                server.Restart(between: () => File.WriteAllBytes(server.ImagePath, flushed));
                for (var i = 0; i < 10; i++)
                    Step(backend, model, random, 0, Length);
                Assert.Equal(BlockResult.Success, backend.Flush());
                flushed = File.ReadAllBytes(server.ImagePath);
                Assert.Equal(model, flushed);
            }
        }
    }

    [Fact]
    public void Read_only_server_is_seen_as_such()
    {
        using var server = new QemuNbd(new byte[Length], "--read-only");
        using var backend = NbdBackend.Connect(server.Endpoint, s_options);
        Assert.True(backend.IsReadOnly);
        Assert.Equal(BlockResult.ReadOnly, backend.Write(0, new byte[512]));
        Assert.Equal(BlockResult.Success, backend.Read(Length - 512, new byte[512]));
    }

    [Fact]
    public void Unknown_export_is_refused_with_the_servers_words()
    {
        using var server = new QemuNbd(new byte[Length]);
        var exception = Assert.Throws<BlockBackendException>(
            () => NbdBackend.Connect(NbdEndpoint.Unix(server.Endpoint.SocketPath!, "other")));
        Assert.Contains("'other'", exception.Message, StringComparison.Ordinal);
    }

    private static void Step(NbdBackend backend, byte[] model, Random random, int origin, int length)
    {
        var offset = random.Next(length);
        var range = model.AsSpan(offset, random.Next(Math.Min(length - offset, 20_000) + 1));
        switch (random.Next(4))
        {
            case 0:
                range.Clear();
                Assert.Equal(BlockResult.Success,
                    backend.WriteZeroes(origin + offset, range.Length, mayUnmap: random.Next(2) == 0));
                break;
            case 1:
                random.NextBytes(range);
                Assert.Equal(BlockResult.Success, backend.Write(origin + offset, range));
                break;
            default:
                var read = new byte[range.Length];
                Assert.Equal(BlockResult.Success, backend.Read(origin + offset, read));
                Assert.Equal(range.ToArray(), read);
                break;
        }
    }
}
