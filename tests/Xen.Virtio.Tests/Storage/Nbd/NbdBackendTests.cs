using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Storage.Nbd;

public sealed class NbdBackendTests
{
    private const int Length = 256 << 10;

    internal static NbdOptions Quick { get; } = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(1),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(8),
        RequestTimeout = TimeSpan.FromSeconds(30),
    };

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    public void Disk_is_an_array_of_bytes_in_every_dialect(bool structured, bool go, bool noZeroes)
    {
        using var server = new NbdTestServer(
            Length, new NbdTestOptions { Structured = structured, Go = go, NoZeroes = noZeroes });
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.Equal((Length, 512, false, true), (backend.Length, backend.BlockSize, backend.IsReadOnly, backend.CanDiscard));
        RunModel(backend, server, new Random(1), 300);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Chunks_in_any_order_and_holes_make_the_same_bytes(int seed)
    {
        using var server = new NbdTestServer(Length, new NbdTestOptions { Chunks = new Random(seed) });
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        RunModel(backend, server, new Random(seed), 300);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(512, 8192)]
    [InlineData(4096, 4096)]
    [InlineData(4096, 1 << 20)]
    [InlineData(65536, 65536)]
    public void Limits_of_the_server_are_kept_and_the_caller_need_not_know(uint minimum, uint maximum)
    {
        using var server = new NbdTestServer(
            Length, new NbdTestOptions { Blocks = (minimum, Math.Max(minimum, 4096), maximum) });
        server.OnRequest = (_, request) =>
        {
            Assert.True(request.Offset % minimum == 0 && request.Length % minimum == 0);
            if (request.Command is NbdCommand.Read or NbdCommand.Write)
                Assert.InRange((uint)request.Length, minimum, maximum);
            return false;
        };
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.Equal((int)minimum, backend.BlockSize);
        RunModel(backend, server, new Random(4), 200);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void No_byte_is_lost_when_the_server_loses_its_connection_and_its_memory(int seed)
    {
        var random = new Random(seed);
        using var server = new NbdTestServer(Length, new NbdTestOptions { Chunks = new Random(seed) });
        var crash = new Random(seed + 100);
        server.OnRequest = (session, request) =>
        {
            switch (crash.Next(40))
            {
                case 0:
                    server.Crash();
                    return true;
                case 1:
                    server.Disconnect();
                    return true;
                case 2: // done, but nobody hears of it
                    session.Answer(request);
                    server.Crash();
                    return true;
                default:
                    return false;
            }
        };
        var logger = new ListLogger();
        using var backend = NbdBackend.Connect(server.Endpoint, Quick, logger);
        try
        {
            RunModel(backend, server, random, 400);
        }
        catch
        {
            foreach (var line in logger.Lines.Skip(Math.Max(0, logger.Lines.Count - 12)))
                TestContext.Current.TestOutputHelper!.WriteLine(line.Text);
            throw;
        }

        Assert.InRange(server.Connections, 5, int.MaxValue);
    }

    [Fact]
    public async Task Callers_share_a_connection_and_its_losses()
    {
        const int Callers = 8;
        using var server = new NbdTestServer(Callers * Length, new NbdTestOptions { Chunks = new Random(9) });
        var requests = 0;
        server.OnRequest = (_, _) =>
        {
            if (Interlocked.Increment(ref requests) % 500 == 0)
            {
                server.Crash();
                return true;
            }

            return false;
        };
        server.Options.Chunks = null;
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() =>
        {
            var random = new Random(caller);
            var model = new byte[Length];
            for (var i = 0; i < 150; i++)
            {
                Step(backend, model, random, caller * Length);
                if (i % 10 == 0)
                    Assert.Equal(BlockResult.Success, backend.Flush());
            }

            Assert.Equal(BlockResult.Success, backend.Flush());
            lock (server.Disk)
                Assert.Equal(model, server.Durable.AsSpan(caller * Length, Length).ToArray());
        })));
    }

    [Fact]
    public void Requests_are_under_way_at_the_same_time()
    {
        using var server = new NbdTestServer(Length);
        using var bothHere = new CountdownEvent(2);
        server.OnRequest = (session, request) =>
        {
            // Answered by another thread, when both have come.
            new Thread(() =>
            {
                bothHere.Signal();
                bothHere.Wait();
                session.Answer(request);
            }).Start();
            return true;
        };
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        var other = new Thread(() => backend.Read(0, new byte[512]));
        other.Start();
        Assert.Equal(BlockResult.Success, backend.Read(4096, new byte[512]));
        other.Join();
    }

    [Theory]
    [InlineData(1u, BlockResult.ReadOnly)]
    [InlineData(5u, BlockResult.Failure)]
    [InlineData(22u, BlockResult.Failure)]
    [InlineData(28u, BlockResult.NoSpace)]
    [InlineData(95u, BlockResult.Unsupported)]
    [InlineData(uint.MaxValue, BlockResult.Failure)]
    public void Error_of_the_server_is_a_value_and_the_connection_goes_on(uint error, BlockResult expected)
    {
        var logger = new ListLogger();
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, Quick, logger);
        server.OnRequest = (session, request) =>
        {
            session.SendChunk(request, 0x8001, done: true, [.. NbdTestSession.Big(error), 0, 2, 65, 66]);
            return true;
        };
        Assert.Equal(expected, backend.Read(0, new byte[512]));
        Assert.Equal(expected, backend.Write(0, new byte[512]));
        Assert.Equal(expected, backend.Discard(0, 512));
        server.OnRequest = (session, request) =>
        {
            if (request.Command == NbdCommand.Read)
            {
                // Some bytes came, then an error, and an unknown kind of error behind it.
                session.SendChunk(request, 1, false, [.. NbdTestSession.Big((ulong)request.Offset), 1, 2, 3]);
                session.SendChunk(request, 0x8002, false, [.. NbdTestSession.Big(error), 0, 0, .. new byte[8]]);
                session.SendChunk(request, 0x8fff, false, [0, 0, 0, 9, 0, 0]);
                session.SendChunk(request, 0, done: true);
            }
            else
            {
                session.SendSimple(request, error);
            }

            return true;
        };
        Assert.Equal(expected, backend.Read(0, new byte[512]));
        Assert.Equal(expected, backend.Write(0, new byte[512]));
        server.OnRequest = null;
        Assert.Equal(BlockResult.Success, backend.Read(0, new byte[512]));
        Assert.Equal(BlockResult.Success, backend.Flush());
        Assert.Equal(1, server.Connections);
        Assert.NotEmpty(logger.Lines);
    }

    [Fact]
    public void Zeros_are_written_when_the_server_cannot_make_them()
    {
        using var server = new NbdTestServer(Length);
        server.Bytes.AsSpan().Fill(0xaa);
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        server.OnRequest = (session, request) =>
        {
            if (request.Command != NbdCommand.WriteZeroes)
                return false;
            session.SendSimple(request, NbdProtocol.ErrorNotSupported);
            return true;
        };
        Assert.Equal(BlockResult.Success, backend.WriteZeroes(100, 1000, mayUnmap: true));
        var expected = new byte[Length];
        expected.AsSpan().Fill(0xaa);
        expected.AsSpan(100, 1000).Clear();
        Assert.Equal(expected, server.Bytes);
    }

    [Theory]
    [InlineData(true, NbdProtocol.FlagNoHole * 0)]
    [InlineData(false, NbdProtocol.FlagNoHole)]
    public void Space_is_kept_unless_it_may_be_freed(bool mayUnmap, int flags)
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        var seen = -1;
        server.OnRequest = (_, request) =>
        {
            seen = request.Flags;
            return false;
        };
        Assert.Equal(BlockResult.Success, backend.WriteZeroes(0, 4096, mayUnmap));
        Assert.Equal(flags, seen);
    }

    [Fact]
    public void Without_a_flush_every_write_is_durable_at_once()
    {
        using var server = new NbdTestServer(Length);
        server.Options.Flags &= ~NbdExportFlags.Flush;
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.Equal(BlockResult.Success, backend.Write(512, new byte[] { 1, 2, 3 }));
        Assert.Equal(BlockResult.Success, backend.WriteZeroes(1024, 512, mayUnmap: true));
        var requests = server.Requests;
        Assert.Equal(BlockResult.Success, backend.Flush());
        Assert.Equal(requests, server.Requests);
        Assert.Equal(server.Bytes, server.Durable);
    }

    [Fact]
    public void Flush_that_fails_fails_for_ever()
    {
        using var server = new NbdTestServer(Length);
        using (var backend = NbdBackend.Connect(server.Endpoint, Quick))
        {
            server.OnRequest = (session, request) =>
            {
                session.SendSimple(request, 5);
                return true;
            };
            Assert.Equal(BlockResult.Failure, backend.Flush());
            server.OnRequest = null;
            Assert.Equal(BlockResult.Success, backend.Write(0, new byte[512]));
            Assert.Equal(BlockResult.Failure, backend.Flush());
        }

        using var again = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.Equal(BlockResult.Success, again.Flush());
    }

    [Fact]
    public void Write_that_cannot_be_made_again_makes_every_flush_fail()
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.Equal(BlockResult.Success, backend.Write(0, new byte[512]));
        server.OnRequest = (session, request) =>
        {
            if (request.Command != NbdCommand.Write)
                return false;
            session.SendSimple(request, 28);
            return true;
        };
        server.Crash();
        Assert.Equal(BlockResult.Success, backend.Read(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, backend.Flush());
    }

    [Fact]
    public void Write_that_is_never_answered_when_it_is_made_again_makes_every_flush_fail()
    {
        var options = new NbdOptions
        {
            RequestTimeout = TimeSpan.FromMilliseconds(20),
            ReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(4),
        };
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, options);
        Assert.True(SpinWait.SpinUntil(
            () => backend.Write(0, new byte[512]) == BlockResult.Success, TimeSpan.FromSeconds(30)));
        server.OnRequest = (_, request) => request.Command == NbdCommand.Write;
        server.Crash();
        Assert.True(SpinWait.SpinUntil(
            () => backend.Read(0, new byte[512]) == BlockResult.Success, TimeSpan.FromSeconds(30)));
        Assert.Equal(BlockResult.Failure, backend.Flush());
    }

    [Theory]
    [InlineData(true, 1 << 30, 1)]
    [InlineData(false, 512, 16 << 10)]
    public void Log_is_long_by_what_it_takes_to_write_it_again(bool zeros, int length, int most)
    {
        var buffers = new NbdBuffers();
        var log = new NbdWriteLog(buffers);
        var command = zeros ? NbdCommand.WriteZeroes : NbdCommand.Write;
        for (var i = 0; i <= most; i++)
        {
            Assert.False(log.IsLong(long.MaxValue));
            var request = new NbdRequest();
            request.Prepare(command, 0, 0, length, zeros ? null : buffers.Rent(length));
            log.Add(request);
        }

        Assert.True(log.IsLong(long.MaxValue));
        log.DropThrough(log.Sequence);
        Assert.False(log.IsLong(0));
    }

    [Fact]
    public void Unflushed_writes_are_kept_up_to_a_limit()
    {
        using var server = new NbdTestServer(Length);
        var flushes = 0;
        server.OnRequest = (_, request) =>
        {
            if (request.Command == NbdCommand.Flush)
                flushes++;
            return false;
        };
        var options = new NbdOptions { UnflushedBytes = 10_000 };
        using var backend = NbdBackend.Connect(server.Endpoint, options);
        for (var i = 0; i < 20; i++)
            Assert.Equal(BlockResult.Success, backend.Write(i * 1024, new byte[1024]));
        Assert.InRange(flushes, 2, 4);
    }

    [Fact]
    public void Server_that_stays_away_makes_requests_fail_and_one_that_comes_back_is_used_again()
    {
        var options = new NbdOptions
        {
            RequestTimeout = TimeSpan.FromMilliseconds(50),
            ReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(4),
        };
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, options);
        server.Options.SendLimit = _ => 0;
        server.Disconnect();
        Assert.Equal(BlockResult.Failure, backend.Read(0, new byte[512]));

        // Nobody waits once more for a server that has been away for so long.
        for (var i = 0; i < 1000; i++)
            Assert.Equal(BlockResult.Failure, backend.Write(0, new byte[512]));

        server.Options.SendLimit = _ => int.MaxValue;
        Assert.True(SpinWait.SpinUntil(
            () => backend.Read(0, new byte[512]) == BlockResult.Success, TimeSpan.FromSeconds(30)));
        Assert.Equal(BlockResult.Success, backend.Flush());
    }

    [Fact]
    public void Server_that_does_not_answer_is_given_up()
    {
        var options = new NbdOptions { RequestTimeout = TimeSpan.FromMilliseconds(50) };
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, options);
        server.OnRequest = (session, _) => session.Index == 0;
        Assert.Equal(BlockResult.Failure, backend.Read(0, new byte[512]));
        Assert.True(SpinWait.SpinUntil(
            () => backend.Read(0, new byte[512]) == BlockResult.Success, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void Server_that_shuts_down_gets_the_request_again_when_it_is_back()
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        server.OnRequest = (session, request) =>
        {
            if (session.Index != 0)
                return false;
            session.SendSimple(request with { Command = NbdCommand.Flush }, NbdProtocol.ErrorShutdown);
            return true;
        };
        Assert.Equal(BlockResult.Success, backend.Write(0, new byte[512]));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void Export_that_comes_back_with_less_is_not_used_and_a_longer_one_is()
    {
        var options = new NbdOptions
        {
            RequestTimeout = TimeSpan.FromMilliseconds(100),
            ReconnectDelay = TimeSpan.FromMilliseconds(1),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(4),
        };
        using var server = new NbdTestServer(Length, new NbdTestOptions { Size = Length / 2 });
        var logger = new ListLogger();
        using var backend = NbdBackend.Connect(server.Endpoint, options, logger);
        Assert.Equal(Length / 2, backend.Length);
        var flags = server.Options.Flags;
        server.Options.Flags = flags & ~NbdExportFlags.Flush;
        server.Options.Size = Length;
        server.Disconnect();
        Assert.Equal(BlockResult.Failure, backend.Read(0, new byte[512]));
        Assert.Contains(logger.Lines, line => line.Text.Contains("with less", StringComparison.Ordinal));

        server.Options.Flags = flags;
        Assert.True(SpinWait.SpinUntil(() => backend.Length == Length, TimeSpan.FromSeconds(30)));
        Assert.True(SpinWait.SpinUntil(
            () => backend.Read(Length - 512, new byte[512]) == BlockResult.Success, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Dispose_ends_whoever_waits()
    {
        using var server = new NbdTestServer(Length);
        using var entered = new ManualResetEventSlim();
        server.OnRequest = (_, _) =>
        {
            entered.Set();
            return true;
        };
        var backend = NbdBackend.Connect(server.Endpoint, Quick);
        var result = BlockResult.Success;
        var caller = new Thread(() => result = backend.Read(0, new byte[512]));
        caller.Start();
        Assert.True(entered.Wait(TimeSpan.FromSeconds(30)));
        backend.Dispose();
        caller.Join();
        Assert.Equal(BlockResult.Failure, result);
        Assert.Equal(BlockResult.Failure, backend.Write(0, new byte[512]));
        Assert.Equal(BlockResult.Failure, backend.Flush());
        backend.Dispose();
    }

    [Fact]
    public void Dispose_ends_an_attempt_to_connect()
    {
        using var server = new NbdTestServer(Length);
        var backend = NbdBackend.Connect(server.Endpoint, Quick);
        using var hanging = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        server.Options.Tamper = (_, _) =>
        {
            hanging.Set();
            gate.Wait();
        };
        server.Disconnect();
        Assert.True(hanging.Wait(TimeSpan.FromSeconds(30)));
        backend.Dispose();
        gate.Set();
    }

    [Fact]
    public void Read_only_export_is_not_written()
    {
        using var server = new NbdTestServer(
            Length, new NbdTestOptions { Flags = NbdExportFlags.HasFlags | NbdExportFlags.ReadOnly });
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.True(backend.IsReadOnly);
        Assert.False(backend.CanDiscard);
        Assert.Equal(BlockResult.ReadOnly, backend.Write(0, new byte[512]));
        Assert.Equal(BlockResult.ReadOnly, backend.WriteZeroes(0, 512, mayUnmap: true));
        Assert.Equal(BlockResult.ReadOnly, backend.Discard(0, 512));
        Assert.Equal(BlockResult.Success, backend.Flush());
        Assert.Equal(BlockResult.Success, backend.Read(0, new byte[512]));
    }

    [Theory]
    [InlineData(Length, 1)]
    [InlineData(Length - 1, 2)]
    [InlineData(long.MaxValue, 1)]
    public void Request_beyond_the_end_does_not_reach_the_server(long offset, int length)
    {
        using var server = new NbdTestServer(Length);
        using var backend = NbdBackend.Connect(server.Endpoint, Quick);
        Assert.Equal(BlockResult.OutOfRange, backend.Read(offset, new byte[length]));
        Assert.Equal(BlockResult.OutOfRange, backend.Write(offset, new byte[length]));
        Assert.Equal(BlockResult.OutOfRange, backend.Discard(offset, length));
        Assert.Equal(BlockResult.OutOfRange, backend.WriteZeroes(offset, length, mayUnmap: true));
        Assert.Equal(0, server.Requests);
    }

    /// <summary>Random requests, and the same on an array; what was flushed is durable.</summary>
    internal static void RunModel(NbdBackend backend, NbdTestServer server, Random random, int steps)
    {
        var model = new byte[Length];
        for (var i = 0; i < steps; i++)
        {
            Step(backend, model, random, 0);
            if (i % 20 == 19)
            {
                Assert.Equal(BlockResult.Success, backend.Flush());
                lock (server.Disk)
                    Assert.Equal(model, server.Durable);
            }
        }

        var all = new byte[Length];
        Assert.Equal(BlockResult.Success, backend.Read(0, all));
        Assert.Equal(model, all);
    }

    private static void Step(NbdBackend backend, byte[] model, Random random, int origin)
    {
        var offset = random.Next(Length);
        var length = random.Next(Math.Min(Length - offset, random.Next(4) == 0 ? Length : 9000) + 1);
        var range = model.AsSpan(offset, length);
        switch (random.Next(6))
        {
            case 0:
                range.Clear();
                Assert.Equal(BlockResult.Success,
                    backend.WriteZeroes(origin + offset, length, mayUnmap: random.Next(2) == 0));
                break;
            case 1: // what is discarded is written, so that it is known
                Assert.Equal(BlockResult.Success, backend.Discard(origin + offset, length));
                Assert.Equal(BlockResult.Success, backend.Write(origin + offset, range));
                break;
            case < 4:
                random.NextBytes(range);
                Assert.Equal(BlockResult.Success, backend.Write(origin + offset, range));
                break;
            default:
                var read = new byte[length];
                Assert.Equal(BlockResult.Success, backend.Read(origin + offset, read));
                Assert.Equal(range.ToArray(), read);
                break;
        }
    }
}
