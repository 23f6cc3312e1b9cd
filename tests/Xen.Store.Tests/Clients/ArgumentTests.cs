using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <summary>A caller's mistake is an <see cref="ArgumentException"/>, before anything is sent.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly RecordingEndpoint _recording = new(new FakeEndpoint { Answer = new FakeStore().Answer });
    private readonly XenStoreClient _client;

    public ArgumentTests() => _client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = _recording });

    public static TheoryData<string> BadPaths =>
    [
        null!, "", "/a/", "//", "/a//b", "/a b", "/a\0b", "/ü", "/\ud800", "/a\n", "/a.b",
        "/" + new string('x', 3072), new string('x', 2049), new string('ü', 2000),
    ];

    public void Dispose() => _client.Dispose();

    [Theory]
    [MemberData(nameof(BadPaths))]
    public async Task Bad_path_is_refused_by_every_method(string? path)
    {
        var bytes = Encoding.UTF8.GetBytes(path ?? "");
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        var before = _recording.Sent.Length;
        foreach (XenStoreOperations operations in new XenStoreOperations[] { _client, transaction })
        {
            await Refuses(
                async () => await operations.ReadAsync(path!),
                async () => await operations.TryReadAsync(path!),
                async () => await operations.ReadBytesAsync(path!),
                async () => await operations.TryReadBytesAsync(path!),
                async () => await operations.ReadAsync(bytes, new byte[10]),
                async () => await operations.ReadManyAsync(["/good", path!]),
                async () => await operations.ReadManyBytesAsync(["/good", path!]),
                async () => await operations.ExistsAsync(path!),
                async () => await operations.ListAsync(path!),
                async () => await operations.GetPermissionsAsync(path!),
                async () => await operations.SetPermissionsAsync(path!, [default]),
                async () => await operations.WriteAsync(path!, "value"),
                async () => await operations.WriteAsync(path!, new byte[1].AsMemory()),
                async () => await operations.WriteAsync(bytes, new byte[1]),
                async () => await operations.WriteManyAsync([new("/good", "1"), new KeyValuePair<string, string>(path!, "2")]),
                async () => await operations.MakeDirectoryAsync(path!),
                async () => await operations.RemoveAsync(path!),
                () => Sync(() => operations.Read(path!)),
                () => Sync(() => operations.Read(bytes, new byte[10])),
                () => Sync(() => operations.ReadBytes(path!)),
                () => Sync(() => operations.Exists(path!)),
                () => Sync(() => operations.List(path!)),
                () => Sync(() => operations.GetPermissions(path!)),
                () => Sync(() => operations.SetPermissions(path!, [default])),
                () => Sync(() => operations.Write(path!, "value")),
                () => Sync(() => operations.Write(path!, new byte[1])),
                () => Sync(() => operations.Write(bytes, new byte[1])),
                () => Sync(() => operations.MakeDirectory(path!)),
                () => Sync(() => operations.Remove(path!)));
        }

        await Refuses(
            async () => await _client.OpenWatchAsync(path!),
            async () => await _client.WaitUntilAsync(path!, static _ => true),
            async () => await _client.WatchAsync(path!).GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(before, _recording.Sent.Length);
    }

    [Fact]
    public async Task Path_that_is_refused_is_named_with_the_reason()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _client.ReadAsync("/a b").Soon());
        Assert.Contains("'/a b'", error.Message, StringComparison.Ordinal);
        Assert.Contains("A-Z a-z 0-9 - / _ @", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ArgumentException>(() => _client.ReadAsync("/" + new string('x', 5000)).Soon());
        Assert.InRange(error.Message.Length, 50, 300);
        Assert.Contains("3072", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Value_that_the_protocol_cannot_carry_is_refused()
    {
        // One byte too many with the path and its NUL; characters of several bytes count as such.
        const int Longest = XenStoreLimits.MaximumPayload - 3;
        await Refuses(
            async () => await _client.WriteAsync("/a", new string('x', Longest + 1)),
            async () => await _client.WriteAsync("/a", new string('ü', (Longest / 2) + 1)),
            async () => await _client.WriteAsync("/a", new string('x', 1_000_000)),
            async () => await _client.WriteAsync("/a", new byte[Longest + 1].AsMemory()),
            async () => await _client.WriteAsync("/a"u8.ToArray(), new byte[Longest + 1]),
            async () => await _client.WriteManyAsync([new KeyValuePair<string, string>("/a", new string('x', Longest + 1))]),
            async () => await _client.WriteAsync("/a", "half \ud83d"),
            async () => await _client.WriteAsync("/a", (string)null!),
            () => Sync(() => _client.Write("/a", new byte[Longest + 1])),
            () => Sync(() => _client.Write("/a"u8, new byte[Longest + 1])),
            () => Sync(() => _client.Write("/a", (string)null!)));
        Assert.Empty(_recording.Sent);
        await _client.WriteAsync("/a", new string('x', Longest)).Soon();
        await _client.WriteAsync("/a", new string('ü', Longest / 2)).Soon();
        Assert.Equal(2, _recording.Sent.Length);
    }

    [Fact]
    public async Task Permissions_that_make_no_sense_are_refused()
    {
        await Refuses(
            async () => await _client.SetPermissionsAsync("/a", []),
            async () => await _client.SetPermissionsAsync("/a", null!),
            async () => await _client.SetPermissionsAsync("/a", [new((XenStoreAccessRights)4, default)]),
            async () => await _client.SetPermissionsAsync("/a", new XenStorePermission[2000]),
            () => Sync(() => _client.SetPermissions("/a", [])));
        Assert.Empty(_recording.Sent);
    }

    [Fact]
    public async Task Other_mistakes_are_refused()
    {
        await Refuses(
            async () => await _client.OpenWatchAsync("/a", depth: -1),
            async () => await _client.WaitUntilAsync("/a", null!),
            async () => await _client.ReadManyAsync(null!),
            async () => await _client.ReadManyBytesAsync(null!),
            async () => await _client.WriteManyAsync((IReadOnlyList<KeyValuePair<string, string>>)null!),
            async () => await _client.TransactAsync(null!),
            async () => await _client.TransactAsync<int>(null!),
            async () => await _client.ControlAsync(null!),
            async () => await _client.ControlAsync(""),
            async () => await _client.ControlAsync("a\0b"),
            async () => await _client.ControlAsync("log", [""]),
            async () => await _client.ControlAsync("log", [null!]),
            async () => await _client.ControlAsync("log", ["a\0"]),
            async () => await _client.ControlAsync("log", [new string('x', 5000)]),
            async () => await _client.ControlAsync("log", [new string('x', 2000), new string('x', 2000), new string('x', 2000)]),
            async () => await _client.GetQuotaAsync(null!),
            async () => await _client.SetQuotaAsync("", 1));
        Assert.Empty(_recording.Sent);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        var good = new XenStoreOptions { Endpoint = new FakeEndpoint() };
        XenStoreOptions[] bad =
        [
            good with { Endpoint = null! },
            good with { Logger = null! },
            good with { MaximumRequestsInFlight = 0 },
            good with { MaximumRequestsInFlight = 32769 },
            good with { InlineWait = TimeSpan.FromTicks(-1) },
            good with { ConnectTimeout = TimeSpan.FromTicks(-1) },
            good with { RequestTimeout = TimeSpan.Zero },
            good with { MaximumTransactionAttempts = 0 },
            good with { WatchQueueCapacity = 0 },
        ];
        Assert.All(bad, static options => Assert.ThrowsAny<ArgumentException>(() => XenStoreClient.Connect(options)));
        XenStoreClient.Connect(good with { MaximumRequestsInFlight = 32768, ConnectTimeout = TimeSpan.Zero }).Dispose();
    }

    private static ValueTask Sync(Action act)
    {
        act();
        return default;
    }

    private static async Task Refuses(params Func<ValueTask>[] acts)
    {
        foreach (var (number, act) in acts.Index())
        {
            var error = await Record.ExceptionAsync(() => act().Soon());
            Assert.True(error is ArgumentException, $"act {number}: {error?.ToString() ?? "nothing was thrown"}");
        }
    }
}
