using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Transactions.</content>
public abstract partial class StoreClientTests
{
    [Fact]
    public async Task Transaction_takes_effect_as_a_whole_at_its_commit()
    {
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        await transaction.WriteAsync(_root + "/a", "1").Soon();
        transaction.Write(_root + "/b", "2");
        await transaction.WriteManyAsync([Pair(_root + "/c", "3"), Pair(_root + "/d", "4")]).Soon();
        Assert.Equal("1", await transaction.ReadAsync(_root + "/a").Soon());
        Assert.Null(await _client.TryReadAsync(_root + "/a").Soon());
        Assert.True(await transaction.CommitAsync().Soon());
        await Holds((_root + "/a", "1"), (_root + "/b", "2"), (_root + "/c", "3"), (_root + "/d", "4"));
    }

    [Fact]
    public async Task Aborted_transaction_has_no_effect()
    {
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        await transaction.WriteAsync(_root, "value").Soon();
        await transaction.AbortAsync().Soon();
        Assert.False(await _client.ExistsAsync(_root).Soon());
    }

    [Fact]
    public async Task Disposed_transaction_is_aborted_at_the_daemon()
    {
        var recording = new RecordingEndpoint(_store.Endpoint);
        using var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = recording });
        var transaction = await client.BeginTransactionAsync().Soon();
        await transaction.WriteAsync(_root, "value").Soon();
        await transaction.DisposeAsync().Soon();
        await transaction.DisposeAsync().Soon();
        Assert.False(await client.ExistsAsync(_root).Soon());
        var end = Assert.Single(recording.Sent, static packet => packet.Type == Store.Protocol.MessageType.TransactionEnd);
        Assert.Equal("F\0", end.Text);
        Assert.Equal(transaction.Id, end.Header.TransactionId);
    }

    [Fact]
    public async Task Transaction_that_met_a_change_does_not_commit()
    {
        await _client.WriteAsync(_root, "0").Soon();
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        await transaction.ReadAsync(_root).Soon();
        await _client.WriteAsync(_root, "between").Soon();
        await transaction.WriteAsync(_root, "1").Soon();
        Assert.False(await transaction.CommitAsync().Soon());
        Assert.Equal("between", await _client.ReadAsync(_root).Soon());
    }

    [Fact]
    public async Task Transaction_can_be_ended_once()
    {
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        Assert.True(await transaction.CommitAsync().Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.CommitAsync().Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.AbortAsync().Soon());
    }

    [Fact]
    public async Task Use_of_a_transaction_that_has_ended_is_refused_with_its_number()
    {
        await _client.WriteAsync(_root, "value").Soon();
        await using var transaction = await _client.BeginTransactionAsync().Soon();
        await transaction.AbortAsync().Soon();
        var error = _store.IsOCaml ? XenStoreError.InputOutput : XenStoreError.NotFound;
        var refusal = await Refused(error, _root, async () => await transaction.ReadAsync(_root));
        Assert.Equal(transaction.Id, refusal.TransactionId);
        Assert.Contains($"transaction {transaction.Id}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_runs_again_until_nobody_gets_in_between()
    {
        await _client.WriteAsync(_root, "0").Soon();
        var attempts = 0;
        var result = await _client.TransactAsync(async transaction =>
        {
            Assert.Equal(++attempts, transaction.Attempt);
            var seen = await transaction.ReadAsync(_root);
            if (attempts < 4)
                await _client.WriteAsync(_root, $"between {attempts}");
            await transaction.WriteAsync(_root, seen + " and 1");
            return seen;
        }).Soon();
        Assert.Equal(4, attempts);
        Assert.Equal("between 3", result);
        Assert.Equal("between 3 and 1", await _client.ReadAsync(_root).Soon());
    }

    [Fact]
    public async Task Attempts_are_as_many_as_the_options_say()
    {
        using var client = _store.Connect(new XenStoreOptions { MaximumTransactionAttempts = 3 });
        await client.WriteAsync(_root, "0").Soon();
        var attempts = 0;
        var conflict = await Assert.ThrowsAsync<XenStoreConflictException>(() => client.TransactAsync(async transaction =>
        {
            attempts++;
            await transaction.ReadAsync(_root);
            await client.WriteAsync(_root, $"between {attempts}");
            await transaction.WriteAsync(_root, "1");
        }).Soon());
        Assert.Equal(3, attempts);
        Assert.Equal(3, conflict.Attempts);
        Assert.Contains("EAGAIN", conflict.Message, StringComparison.Ordinal);
        Assert.Equal("between 3", await client.ReadAsync(_root).Soon());
    }

    [Fact]
    public async Task Exception_of_a_body_aborts_and_comes_out()
    {
        var attempts = 0;
        await Assert.ThrowsAsync<FormatException>(() => _client.TransactAsync(async transaction =>
        {
            attempts++;
            await transaction.WriteAsync(_root, "value");
            throw new FormatException();
        }).Soon());
        Assert.Equal(1, attempts);
        Assert.False(await _client.ExistsAsync(_root).Soon());
    }

    [Fact]
    public async Task Body_may_end_its_transaction_itself()
    {
        await _client.TransactAsync(async transaction =>
        {
            await transaction.WriteAsync(_root, "value");
            await transaction.AbortAsync();
        }).Soon();
        Assert.False(await _client.ExistsAsync(_root).Soon());
    }

    [Fact]
    public async Task Cancelled_body_leaves_no_transaction_behind()
    {
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.TransactAsync(
            async transaction =>
            {
                await transaction.WriteAsync(_root, "value", cancellation.Token);
                await cancellation.CancelAsync();
                await transaction.WriteAsync(_root, "other", cancellation.Token);
            },
            cancellation.Token).Soon());
        Assert.False(await _client.ExistsAsync(_root).Soon());
    }

    [Fact]
    public async Task Counter_of_16_writers_loses_nothing()
    {
        // Optimism has its price, which is not what is tested: 16 writers of one node are in conflict nearly always.
        const int Writers = 16;
        var each = Increments / Writers;
        using var client = _store.Connect(new XenStoreOptions { MaximumTransactionAttempts = 100_000 });
        await client.WriteAsync(_root, "0").Soon();
        var writers = Enumerable.Range(0, Writers).Select(async _ =>
        {
            for (var i = 0; i < each; i++)
            {
                await client.TransactAsync(async transaction =>
                {
                    var value = int.Parse(await transaction.ReadAsync(_root), CultureInfo.InvariantCulture);
                    await transaction.WriteAsync(_root, (value + 1).ToString(CultureInfo.InvariantCulture));
                });
            }
        });
        await Task.WhenAll(writers).Soon();
        Assert.Equal($"{Writers * each}", await client.ReadAsync(_root).Soon());
    }

    /// <summary>Gets how often the counter is counted up; where it is tried hardest, 10,000 times.</summary>
    protected virtual int Increments => 800;

    [Fact]
    public async Task Snapshot_has_all_values_permissions_and_children()
    {
        await _client.WriteAsync(_root + "/a", "1").Soon();
        await _client.WriteAsync(_root + "/a/b", new byte[] { 0xff }).Soon();
        await _client.WriteAsync(_root + "/c/d/e", "3").Soon();
        var tree = await _client.SnapshotAsync(_root).Soon();
        Assert.Equal(_root, tree.Path);
        Assert.Equal(["a", "c"], tree.Children.Select(static node => node.Name).Order());
        var a = tree.Children.Single(static node => node.Name == "a");
        Assert.Equal("1"u8.ToArray(), a.Value.ToArray());
        Assert.Equal([0xff], Assert.Single(a.Children).Value.ToArray());
        var e = tree.Children.Single(static node => node.Name == "c").Children[0].Children[0];
        Assert.Equal((_root + "/c/d/e", "e", true), (e.Path, e.Name, e.IsReadable));
        Assert.Equal(await _client.GetPermissionsAsync(e.Path).Soon(), e.Permissions);
        Assert.Empty(e.Children);
    }

    [Fact]
    public async Task Snapshot_of_the_root_has_all_there_is()
    {
        await _client.WriteAsync(_root, "value").Soon();
        var tree = await _client.SnapshotAsync().Soon();
        Assert.Equal("/", tree.Name);
        var node = tree.Children.Single(static node => node.Name == "test");
        Assert.Contains(_root, node.Children.Select(static child => child.Path));
    }

    [Fact]
    public async Task Snapshot_of_a_node_with_very_many_children_is_complete()
    {
        var names = await MakeManyChildren();
        var tree = await _client.SnapshotAsync(_root).Soon();
        Assert.Equal(names, tree.Children.Select(static node => node.Name).Order());
        await Refused(XenStoreError.NotFound, _root + "/missing", async () => await _client.SnapshotAsync(_root + "/missing"));
    }
}
