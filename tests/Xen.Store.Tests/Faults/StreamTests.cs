using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Protocol;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Faults;

/// <summary>What a daemon may send, and what it may not.</summary>
public sealed class StreamTests
{
    private static readonly Dictionary<string, Func<Packet, byte[]>> s_nonsense = new()
    {
        ["a length without bounds"] = static request => Header(request, request.Type, uint.MaxValue),
        ["a length above a mebibyte"] = static request => Header(request, request.Type, (1024 * 1024) + 1),
        ["an operation that does not exist"] = static request => Header(request, (MessageType)99, 0),
        ["the answer to another request"] = static request => Header(request, MessageType.Write, 0),
        ["an id that was never used"] =
            static request => Packet.Make(request.Type, request.Header.RequestId + 0x10000, "value").ToBytes(),
        ["an id of a slot that there is not"] = static request => Packet.Make(request.Type, 0xffff_ffff, "value").ToBytes(),
        ["an error of nobody's"] =
            static request => Packet.Make(MessageType.Error, request.Header.RequestId ^ 0x8000_0000, "EINVAL\0").ToBytes(),
    };

    public static TheoryData<string> Nonsense => [.. s_nonsense.Keys];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_ends_the_connection_and_all_requests_under_way(string what)
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { InlineWait = TimeSpan.Zero });
        var peer = endpoint.Accept();
        Task[] reads = [.. Enumerable.Range(0, 3).Select(number => client.ReadAsync($"/{number}").AsTask())];
        peer.Send(s_nonsense[what](peer.Take(3)[1]));
        foreach (var read in reads)
            Assert.True((await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => read.Soon())).WasSent);

        var next = client.ReadAsync("/next").AsTask();
        var successor = endpoint.Accept();
        successor.Send(successor.Take().Answer("value"));
        Assert.Equal("value", await next.Soon());
    }

    [Fact]
    public async Task End_in_the_middle_of_an_answer_is_a_lost_connection()
    {
        var length = Packet.Make(MessageType.Read, 0, "value").ToBytes().Length;
        for (var cut = 0; cut < length; cut++)
        {
            var endpoint = new FakeEndpoint();
            using var client = endpoint.Connect();
            var peer = endpoint.Accept();
            var read = client.ReadAsync("/a").AsTask();
            peer.Send(peer.Take().Answer("value").ToBytes().AsSpan(0, cut));
            peer.Close();
            var lost = await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => read.Soon());
            Assert.True(lost.WasSent);
            Assert.Equal(cut > 0, lost.Message.Contains("in the middle", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Answers_and_events_may_come_in_any_pieces()
    {
        for (var chunk = 1; chunk <= 48; chunk++)
        {
            var endpoint = new FakeEndpoint { Chunk = chunk, Answer = new FakeStore().Answer };
            using var client = endpoint.Connect();
            await using var watch = await client.OpenWatchAsync("/watched").Soon();
            Assert.Equal("/watched", (await watch.ReadAsync().Soon())!.Value.Path);
            Assert.Equal(FakeStore.ValueOf("/a"), await client.ReadAsync("/a").Soon());
            Assert.Equal(FakeStore.ValueOf("/b"), await Patience.OnThread(() => client.Read("/b")).Soon());
            string[] paths = ["/c", "/d", "/e"];
            Assert.Equal(paths.Select(FakeStore.ValueOf), await client.ReadManyAsync(paths).Soon());
        }
    }

    [Fact]
    public async Task Answers_may_come_in_any_order()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { InlineWait = TimeSpan.Zero });
        var peer = endpoint.Accept();
        var reads = Enumerable.Range(0, 20).Select(number => client.ReadAsync($"/{number}").AsTask()).ToArray();
        peer.Send(peer.Take(20).Reverse().Select(static request => request.Answer(FakeStore.ValueOf(request.Subject))));
        for (var number = 0; number < reads.Length; number++)
            Assert.Equal(FakeStore.ValueOf($"/{number}"), await reads[number].Soon());
    }

    [Fact]
    public async Task Error_of_an_unknown_name_is_an_error_and_no_more()
    {
        var endpoint = new FakeEndpoint { Answer = static request => [request.Refuse("EWHATEVER")] };
        using var client = endpoint.Connect();
        for (var i = 0; i < 2; i++)
        {
            var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => client.ReadAsync("/a").Soon());
            Assert.Equal((XenStoreError.Unknown, "EWHATEVER"), (refusal.Error, refusal.ErrorName));
            Assert.Contains("EWHATEVER", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, endpoint.Attempts);
    }

    [Fact]
    public async Task Second_answer_to_a_request_ends_the_connection()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect(new XenStoreOptions { InlineWait = TimeSpan.Zero });
        var peer = endpoint.Accept();
        var one = client.ReadAsync("/1").AsTask();
        var other = client.ReadAsync("/2").AsTask();
        var requests = peer.Take(2);
        peer.Send(requests[0].Answer("1"), requests[0].Answer("1"), requests[1].Answer("2"));
        Assert.Equal("1", await one.Soon());
        await Assert.ThrowsAsync<XenStoreDisconnectedException>(() => other.Soon());
    }

    [Fact]
    public async Task Answers_that_make_no_sense_are_protocol_errors_and_harm_nothing()
    {
        var endpoint = new FakeEndpoint { Answer = static request => [request.Answer("nonsense")] };
        using var client = endpoint.Connect();
        Func<ValueTask>[] acts =
        [
            async () => await client.GetPermissionsAsync("/a"),
            async () => await client.IsDomainIntroducedAsync(default),
            async () => await client.GetFeaturesAsync(),
            async () => await client.GetQuotaAsync("nodes"),
            async () => await client.BeginTransactionAsync(),
        ];
        foreach (var act in acts)
            await Assert.ThrowsAsync<XenStoreProtocolException>(() => act().Soon());
        Assert.Equal("nonsense", await client.ReadAsync("/a").Soon());
        Assert.Equal(1, endpoint.Attempts);
    }

    [Fact]
    public async Task Events_that_make_no_sense_or_are_nobodys_are_passed_over()
    {
        var log = new ListLogger();
        var endpoint = new FakeEndpoint
        {
            Answer = static request =>
            [
                Packet.Make(MessageType.WatchEvent, 0, ""),
                Packet.Make(MessageType.WatchEvent, 0, "/only-one\0"),
                Packet.Event("/a", "99999"),
                Packet.Event("/a", "no number"),
                Packet.Event("/a", "99999999999999999999"),
                request.Answer("value"),
            ],
        };
        using var client = endpoint.Connect(new XenStoreOptions { Logger = log });
        Assert.Equal("value", await client.ReadAsync("/a").Soon());
        Assert.Equal(5, log.Lines.Count(static line => line.StartsWith("203 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task List_whose_generation_changes_is_read_from_its_beginning()
    {
        var endpoint = new FakeEndpoint();
        using var client = endpoint.Connect();
        var peer = endpoint.Accept();
        foreach (var isBlocking in new[] { false, true })
        {
            var list = isBlocking ? Patience.OnThread(() => client.List("/a")) : client.ListAsync("/a").AsTask();
            peer.Send(peer.Take().Refuse("E2BIG"));
            Next("0", "1\0a\0bb\0");
            Next("5", "1\0ccc\0");
            Next("9", "2\0d\0\0");
            Next("0", "2\0x\0");
            Next("2", "2\0d\0\0");
            Assert.Equal(["x", "d"], await list.Soon());
        }

        void Next(string offset, string part)
        {
            var request = peer.Take();
            Assert.Equal((MessageType.DirectoryPart, $"/a\0{offset}\0"), (request.Type, request.Text));
            peer.Send(request.Answer(part));
        }
    }

    [Fact]
    public async Task List_that_never_stays_the_same_is_a_conflict()
    {
        var generation = 0;
        var endpoint = new FakeEndpoint
        {
            Answer = request => [request.Type == MessageType.Directory
                ? request.Refuse("E2BIG") : request.Answer($"{++generation}\0a\0")],
        };
        using var client = endpoint.Connect();
        await Assert.ThrowsAsync<XenStoreConflictException>(() => client.ListAsync("/a").Soon());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1\0")]
    [InlineData("1\0no end")]
    public async Task Part_of_a_list_that_makes_no_sense_is_a_protocol_error(string part)
    {
        var endpoint = new FakeEndpoint
        {
            Answer = request => [request.Type == MessageType.Directory ? request.Refuse("E2BIG") : request.Answer(part)],
        };
        using var client = endpoint.Connect();
        await Assert.ThrowsAsync<XenStoreProtocolException>(() => client.ListAsync("/a").Soon());
        await Assert.ThrowsAsync<XenStoreProtocolException>(() => Patience.OnThread(() => client.List("/a")).Soon());
    }

    private static byte[] Header(Packet request, MessageType type, uint length)
    {
        var bytes = new byte[MessageHeader.Size];
        new MessageHeader(type, request.Header.RequestId, 0, length).Write(bytes);
        return bytes;
    }
}
