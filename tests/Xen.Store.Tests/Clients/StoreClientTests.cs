using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Tests.Stores;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <summary>What a client promises, whichever daemon it talks to.</summary>
public abstract partial class StoreClientTests : IDisposable
{
    private readonly TestStore _store;
    private readonly XenStoreClient _client;

    // Every test has its own part of the store.
    private readonly string _root;

    protected StoreClientTests(TestStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _root = store.NextRoot();
        _client = store.Connect();
    }

    public void Dispose()
    {
        _client.Dispose();
        GC.SuppressFinalize(this);
    }

    private static async Task<XenStoreReplyException> Refused(XenStoreError error, string path, Func<ValueTask> act)
    {
        var refusal = await Assert.ThrowsAsync<XenStoreReplyException>(() => act().Soon());
        Assert.Equal(error, refusal.Error);
        Assert.Equal(path, refusal.Path);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.ErrorName, refusal.Message, StringComparison.Ordinal);
        return refusal;
    }

    private static KeyValuePair<string, string> Pair(string path, string value) => new(path, value);

    private async Task Holds(params (string Path, string? Value)[] nodes) => Assert.Equal(
        nodes.Select(static node => node.Value),
        await _client.ReadManyAsync([.. nodes.Select(static node => node.Path)]).Soon());
}
