using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xen.Store.Tests.Support;

namespace Xen.Store.Tests.Clients;

/// <content>Values.</content>
public abstract partial class StoreClientTests
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(static value => (byte)value)];

    [Theory]
    [InlineData("")]
    [InlineData("value")]
    [InlineData("Grüße, 世界 🐼")]
    [InlineData("with a\0NUL\0")]
    public async Task Written_text_is_read_back(string value)
    {
        await _client.WriteAsync(_root, value).Soon();
        Assert.Equal(value, await _client.ReadAsync(_root).Soon());
        Assert.Equal(value, await _client.TryReadAsync(_root).Soon());
        Assert.Equal(value, _client.Read(_root));
    }

    [Fact]
    public async Task Written_bytes_are_read_back_whatever_they_are()
    {
        var value = AllBytes.Concat(AllBytes).ToArray();
        await _client.WriteAsync(_root, value.AsMemory()).Soon();
        Assert.Equal(value, await _client.ReadBytesAsync(_root).Soon());
        Assert.Equal(value, await _client.TryReadBytesAsync(_root).Soon());
        Assert.Equal(value, _client.ReadBytes(_root));
        Assert.Equal(value, (await _client.ReadManyBytesAsync([_root]).Soon())[0]);
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_methods_do_the_same()
    {
        _client.Write(_root + "/text", "one");
        _client.Write(_root + "/bytes", AllBytes);
        _client.Write(Encoding.UTF8.GetBytes(_root + "/span"), "three"u8);
        await _client.WriteAsync(Encoding.UTF8.GetBytes(_root + "/memory"), "four"u8.ToArray()).Soon();
        Assert.Equal("one", await _client.ReadAsync(_root + "/text").Soon());
        Assert.Equal(AllBytes, await _client.ReadBytesAsync(_root + "/bytes").Soon());
        Assert.Equal("three", await _client.ReadAsync(_root + "/span").Soon());
        Assert.Equal("four", _client.Read(_root + "/memory"));
    }

    [Fact]
    public async Task Value_goes_into_memory_of_the_callers()
    {
        await _client.WriteAsync(_root, "value").Soon();
        var path = Encoding.UTF8.GetBytes(_root);
        var destination = new byte[8];
        Assert.Equal(5, _client.Read(path, destination));
        Assert.Equal("value"u8.ToArray(), destination[..5]);
        Assert.Equal(5, await _client.ReadAsync(path, destination.AsMemory(1)).Soon());
        Assert.Equal("value"u8.ToArray(), destination[1..6]);
    }

    [Fact]
    public async Task Memory_that_is_too_short_for_a_value_is_the_callers_mistake_and_harms_nothing()
    {
        await _client.WriteAsync(_root, "value").Soon();
        var path = Encoding.UTF8.GetBytes(_root);
        Assert.Throws<ArgumentException>("destination", () => _client.Read(path, new byte[4]));
        await Assert.ThrowsAsync<ArgumentException>("destination", () => _client.ReadAsync(path, new byte[4]).Soon());
        Assert.Equal("value", await _client.ReadAsync(_root).Soon());
    }

    [Fact]
    public async Task Longest_value_is_written_and_read()
    {
        // The daemon in OCaml has its quota for the control domain, too.
        var value = new byte[_store.IsOCaml ? 2048 : XenStoreLimits.MaximumPayload - _root.Length - 1];
        new Random(1).NextBytes(value);
        await _client.WriteAsync(_root, value.AsMemory()).Soon();
        Assert.Equal(value, await _client.ReadBytesAsync(_root).Soon());
        Assert.Equal(value, _client.ReadBytes(_root));
        if (_store.IsOCaml)
            await Refused(XenStoreError.TooBig, _root, () => _client.WriteAsync(_root, new byte[2049].AsMemory()));
    }

    [Fact]
    public async Task Value_that_is_no_text_is_an_error_as_text_only()
    {
        await _client.WriteAsync(_root, new byte[] { 0xff, 0xfe }).Soon();
        Assert.Equal([0xff, 0xfe], await _client.ReadBytesAsync(_root).Soon());
        Assert.Equal(_root, Assert.Throws<XenStoreEncodingException>(() => _client.Read(_root)).Path);
        Assert.Equal(
            _root, (await Assert.ThrowsAsync<XenStoreEncodingException>(() => _client.ReadAsync(_root).Soon())).Path);
        await Assert.ThrowsAsync<XenStoreEncodingException>(() => _client.TryReadAsync(_root).Soon());
        Assert.Equal(
            _root, (await Assert.ThrowsAsync<XenStoreEncodingException>(() => _client.ReadManyAsync([_root]).Soon())).Path);
    }

    [Fact]
    public async Task Missing_node_is_ENOENT_with_its_path_or_null()
    {
        var missing = _root + "/missing";
        await Refused(XenStoreError.NotFound, missing, async () => await _client.ReadAsync(missing));
        await Refused(XenStoreError.NotFound, missing, async () => await _client.ReadBytesAsync(missing));
        Assert.Equal(missing, Assert.Throws<XenStoreReplyException>(() => _client.Read(missing)).Path);
        Assert.Equal("read", Assert.Throws<XenStoreReplyException>(() => _client.ReadBytes(missing)).Operation);
        Assert.Null(await _client.TryReadAsync(missing).Soon());
        Assert.Null(await _client.TryReadBytesAsync(missing).Soon());
    }

    [Fact]
    public async Task Existence_is_that_of_the_node_with_or_without_a_value()
    {
        Assert.False(await _client.ExistsAsync(_root).Soon());
        Assert.False(_client.Exists(_root));
        await _client.MakeDirectoryAsync(_root).Soon();
        Assert.True(await _client.ExistsAsync(_root).Soon());
        Assert.True(_client.Exists(_root));
    }

    [Fact]
    public async Task Node_is_made_with_its_parents_and_keeps_its_value_when_made_again()
    {
        var node = _root + "/a/b/c";
        await _client.MakeDirectoryAsync(node).Soon();
        Assert.Equal("", await _client.ReadAsync(node).Soon());
        Assert.Equal("", await _client.ReadAsync(_root + "/a").Soon());
        await _client.WriteAsync(node, "value").Soon();
        await _client.MakeDirectoryAsync(node).Soon();
        _client.MakeDirectory(node);
        Assert.Equal("value", await _client.ReadAsync(node).Soon());
    }

    [Fact]
    public async Task Node_is_removed_with_all_below_it()
    {
        await _client.WriteAsync(_root + "/a/b/c", "value").Soon();
        await _client.WriteAsync(_root + "/b", "value").Soon();
        await _client.RemoveAsync(_root + "/a").Soon();
        Assert.Null(await _client.TryReadAsync(_root + "/a/b/c").Soon());
        Assert.Null(await _client.TryReadAsync(_root + "/a").Soon());
        _client.Remove(_root + "/b");
        Assert.Empty(await _client.ListAsync(_root).Soon());
    }

    [Fact]
    public async Task Root_cannot_be_removed()
    {
        // The daemon in OCaml can: afterwards it is empty.
        if (!_store.IsOCaml)
            await Refused(XenStoreError.Invalid, "/", () => _client.RemoveAsync("/"));
    }

    [Fact]
    public async Task Removal_of_what_is_not_there_succeeds_if_its_parent_is()
    {
        await _client.MakeDirectoryAsync(_root).Soon();
        await _client.RemoveAsync(_root + "/missing").Soon();
        await Refused(XenStoreError.NotFound, _root + "/missing/x", () => _client.RemoveAsync(_root + "/missing/x"));
    }

    [Fact]
    public async Task Relative_paths_are_those_of_the_own_domain()
    {
        var name = "relative" + _root.Replace('/', '-');
        await _client.WriteAsync(name, "value").Soon();
        Assert.Equal("value", await _client.ReadAsync("/local/domain/0/" + name).Soon());
    }

    [Fact]
    public async Task Many_clients_see_the_same_store()
    {
        using var other = _store.Connect();
        await _client.WriteAsync(_root, "value").Soon();
        Assert.Equal("value", await other.ReadAsync(_root).Soon());
    }
}
