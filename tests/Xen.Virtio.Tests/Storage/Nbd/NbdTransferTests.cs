using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage.Nbd;

/// <summary>Transfers: many requests of one caller on one connection.</summary>
public sealed class NbdTransferTests
{
    private const int Length = 64 << 10;
    private const int Count = 16;

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Replies_in_any_order_find_their_transfers(int seed, bool structured)
    {
        var random = new Random(seed);
        using var server = new NbdTestServer(Length, new NbdTestOptions { Structured = structured, Chunks = random });
        random.NextBytes(server.Bytes);
        var model = server.Bytes.ToArray();
        var held = new List<NbdTestRequest>();
        server.OnRequest = (session, request) =>
        {
            if (request.Command is not (NbdCommand.Read or NbdCommand.Write))
                return false;
            held.Add(request);
            if (held.Count < Count)
                return true;
            var shuffled = held.ToArray();
            held.Clear();
            random.Shuffle(shuffled);
            foreach (var one in shuffled)
                session.Answer(one);
            return true;
        };
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        for (var round = 0; round < 20; round++)
        {
            var transfers = Begin(backend, round, model);
            End(transfers, model);
        }

        Assert.Equal(model, server.Bytes);
        Assert.Equal(1, server.Connections);
    }

    // After the handshake, 16 replies of 528 and 16 bytes and more: the connection ends within each of them.
    [Fact]
    public void Connection_that_ends_at_any_byte_of_the_replies_loses_no_transfer()
    {
        const int Handshake = 100;
        const int Replies = Count * (540 + 20) / 2;
        for (var limit = Handshake; limit < Handshake + Replies; limit += 13)
        {
            var cut = limit;
            using var server = new NbdTestServer(
                Length, new NbdTestOptions { SendLimit = connection => connection == 0 ? cut : int.MaxValue });
            new Random(limit).NextBytes(server.Bytes);
            var model = server.Bytes.ToArray();
            NbdBackend backend;
            try
            {
                backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
            }
            catch (BlockBackendException)
            {
                continue; // it was within the handshake
            }

            using (backend)
                End(Begin(backend, limit, model), model);
            Assert.Equal(model, server.Bytes);
            Assert.InRange(server.Connections, 1, 2);
        }
    }

    [Fact]
    public void Transfer_that_is_started_without_a_connection_waits_for_one()
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        var model = server.Bytes.ToArray();
        for (var round = 0; round < 20; round++)
        {
            server.Disconnect();
            End(Begin(backend, round, model), model);
        }

        Assert.Equal(model, server.Bytes);
    }

    [Fact]
    public void Transfer_that_is_never_answered_fails_when_its_time_is_up()
    {
        using var server = new NbdTestServer(Length) { OnRequest = (_, _) => true };
        using var backend = NbdBackend.Connect(
            server.Endpoint, new NbdOptions { RequestTimeout = TimeSpan.FromMilliseconds(50) });
        var transfer = backend.TryPrepare(isWrite: false, 0, 512)!;
        using var ended = new ManualResetEventSlim();
        transfer.Start(ended.Set);
        Assert.True(SpinWait.SpinUntil(() => transfer.TimeLeft == TimeSpan.Zero, DepthBench.Long));
        Assert.Equal(BlockResult.Failure, transfer.Wait());
        transfer.Release();
        Assert.True(ended.Wait(DepthBench.Long));
    }

    [Fact]
    public void Transfer_fails_when_the_back_end_is_disposed()
    {
        using var server = new NbdTestServer(Length) { OnRequest = (_, _) => true };
        var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        var transfer = backend.TryPrepare(isWrite: true, 0, 512)!;
        using var ended = new ManualResetEventSlim();
        transfer.Start(ended.Set);
        Assert.NotEqual(TimeSpan.Zero, transfer.TimeLeft);
        backend.Dispose();
        Assert.True(ended.Wait(DepthBench.Long));
        Assert.Equal(TimeSpan.Zero, transfer.TimeLeft);
        Assert.Equal(BlockResult.Failure, transfer.Wait());
        transfer.Release();
    }

    [Fact]
    public void Error_of_the_server_is_that_of_one_transfer()
    {
        using var server = new NbdTestServer(Length);
        server.OnRequest = (session, request) =>
        {
            if (request.Offset != 512)
                return false;
            session.SendSimple(request, NbdProtocol.ErrorNoSpace);
            return true;
        };
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        var results = new BlockResult[3];
        var transfers = Enumerable.Range(0, 3).Select(i => backend.TryPrepare(isWrite: true, i * 512, 512)!).ToArray();
        foreach (var transfer in transfers)
            transfer.Start(Nothing);
        for (var i = 0; i < 3; i++)
        {
            results[i] = transfers[i].Wait();
            transfers[i].Release();
        }

        Assert.Equal([BlockResult.Success, BlockResult.NoSpace, BlockResult.Success], results);
    }

    [Fact]
    public void Parts_of_blocks_are_read_by_transfers_and_not_written()
    {
        using var server = new NbdTestServer(Length, new NbdTestOptions { Blocks = (4096, 4096, 1 << 20) });
        new Random(4).NextBytes(server.Bytes);
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        Assert.Null(backend.TryPrepare(isWrite: true, 512, 4096));
        Assert.Null(backend.TryPrepare(isWrite: true, 4096, 512));
        Assert.Null(backend.TryPrepare(isWrite: false, Length - 512, 1024));
        var transfer = backend.TryPrepare(isWrite: false, 4096 + 512, 8192)!;
        transfer.Start(Nothing);
        Assert.Equal(BlockResult.Success, transfer.Wait());
        Assert.Equal(server.Bytes.AsSpan(4096 + 512, 8192).ToArray(), transfer.Data.ToArray());
        transfer.Release();
    }

    // What is unflushed is written again after a loss of power, also what is under way then.
    [Fact]
    public void Flush_covers_transfers_whatever_the_server_loses()
    {
        var random = new Random(9);
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick);
        var model = server.Bytes.ToArray();
        for (var round = 0; round < 30; round++)
        {
            var transfers = Begin(backend, round, model);
            if (random.Next(2) == 0)
                server.Crash();
            End(transfers, model);
            if (random.Next(3) == 0)
                server.Crash();
            Assert.Equal(BlockResult.Success, backend.Flush());
            lock (server.Disk)
                Assert.Equal(model, server.Durable);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Device_over_a_real_server_that_is_restarted_loses_nothing(int seed)
    {
        const int Sectors = 2048;
        var random = new Random(seed);
        var model = new byte[Sectors * 512];
        using var server = new QemuNbd(model);
        using (var backend = NbdBackend.Connect(server.Endpoint, NbdBackendTests.Quick))
        using (var bench = new DepthBench(backend, new BlockDeviceOptions { Depth = Count }))
        {
            for (var round = 0; round < 60; round++)
            {
                var first = random.Next(Sectors - (Count * 8));
                for (var i = 0; i < Count; i++)
                {
                    var data = new byte[8 * 512];
                    random.NextBytes(data);
                    data.CopyTo(model, (first + (i * 8)) * 512);
                    bench.Submit(0, BlockRequestType.Out, first + (i * 8), data);
                }

                if (round % 20 == 10)
                    server.Restart();
                TakeAll(bench);
                for (var i = 0; i < Count; i++)
                    bench.Submit(0, BlockRequestType.In, random.Next(Sectors - 8), new byte[8 * 512]);
                bench.Submit(0, BlockRequestType.Flush);
                foreach (var (request, data) in TakeAll(bench))
                    Assert.Equal(model.AsSpan(request.Sector * 512, data.Length).ToArray(), data);
            }
        }

        Assert.Equal(model, File.ReadAllBytes(server.ImagePath));
    }

    private static List<(DepthRequest Request, byte[] Data)> TakeAll(DepthBench bench)
    {
        var taken = new List<(DepthRequest, byte[])>();
        while (bench.Waiting.Count != 0)
        {
            var request = bench.Take(0);
            Assert.Equal(BlockRequestStatus.Ok, request.Status);
            taken.Add((request, bench.Release(request)));
        }

        return taken;
    }

    // As many reads as writes, of sectors of their own.
    private static List<(BlockTransfer Transfer, bool IsWrite, int Offset)> Begin(
        NbdBackend backend, int seed, byte[] model)
    {
        var random = new Random(seed);
        var begun = new List<(BlockTransfer, bool, int)>();
        for (var i = 0; i < Count; i++)
        {
            var offset = ((i * 8) + random.Next(8)) * 512;
            var isWrite = i % 2 == 0;
            var transfer = backend.TryPrepare(isWrite, offset, 512)!;
            if (isWrite)
            {
                random.NextBytes(model.AsSpan(offset, 512));
                model.AsSpan(offset, 512).CopyTo(transfer.Data);
            }

            transfer.Start(Nothing);
            begun.Add((transfer, isWrite, offset));
        }

        return begun;
    }

    private static void End(List<(BlockTransfer Transfer, bool IsWrite, int Offset)> begun, byte[] model)
    {
        foreach (var (transfer, isWrite, offset) in begun)
        {
            Assert.Equal(BlockResult.Success, transfer.Wait());
            if (!isWrite)
                Assert.Equal(model.AsSpan(offset, 512).ToArray(), transfer.Data.ToArray());
            transfer.Release();
        }
    }

    private static void Nothing()
    {
        // Whoever waits looks by itself.
    }
}
