using System;
using System.IO;
using System.Text;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Testing.Store;
using Xen.Testing.Store.Files;

namespace Xen.Testing.Tests.Store;

/// <summary>A store in a file.</summary>
public sealed class StoreFileTests
{
    private const string Example = """
        {
          "permissions": ["n0"],
          "children": {
            "local": {"children": {"domain": {"children": {
              "5": {"permissions": ["n5", "r0", "b6"], "children": {
                "name": {"value": "Gast ä"},
                "blob": {"value": {"base64": "AAEC/w=="}, "permissions": ["r0"]},
                "empty": {}
              }}
            }}}},
            "z": {}, "a": {"value": "1"}
          }
        }
        """;

    [Fact]
    public void Store_is_read_with_values_and_permissions_and_the_order_of_children()
    {
        using var store = Connected(Load(Example), out var ask);
        Assert.Equal("local|z|a|", ask(MessageType.Directory, "/|"));
        Assert.Equal("Gast \u00c3\u00a4", ask(MessageType.Read, "/local/domain/5/name|"));
        Assert.Equal("|\u0001\u0002\u00ff", ask(MessageType.Read, "/local/domain/5/blob|"));
        Assert.Equal("", ask(MessageType.Read, "/local/domain/5/empty|"));
        Assert.Equal("n5|r0|b6|", ask(MessageType.GetPermissions, "/local/domain/5/name|"));
        Assert.Equal("r0|", ask(MessageType.GetPermissions, "/local/domain/5/blob|"));
        Assert.Equal("n0|", ask(MessageType.GetPermissions, "/local/domain|"));
    }

    [Fact]
    public void Domain_that_a_file_names_has_the_permissions_that_it_gives()
    {
        var store = Load(Example);
        using var guest = Connected(store, out var ask, 6);
        Assert.Equal("OK|", ask(MessageType.Write, "/local/domain/5/name|new"));
        Assert.Equal("EACCES|", ask(MessageType.Write, "/a|new"));
        store.DestroyDomain(new(5));
        Assert.Equal("EACCES|", ask(MessageType.Read, "/local/domain/5/name|"));
    }

    [Fact]
    public void Store_that_is_written_and_read_is_the_same()
    {
        var store = Load(Example);
        var text = Save(store);
        Assert.Equal(text, Save(Load(text)));
        Assert.Equal(store.State.NodeCount, Load(text).State.NodeCount);
        Assert.Contains("\"base64\": \"AAEC/w==\"", text, StringComparison.Ordinal);
        Assert.Contains("Gast ä", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Deepest_path_is_written_and_read()
    {
        var store = new InMemoryXenStore();
        using (Connected(store, out var ask))
            Assert.Equal("OK|", ask(MessageType.Write, string.Concat(System.Linq.Enumerable.Repeat("/d", 1024)) + "|deep"));
        Assert.Equal(store.State.NodeCount, Load(Save(store)).State.NodeCount);
    }

    [Theory]
    [InlineData("", "input does not contain any JSON")]
    [InlineData("[]", "a node is an object, but here is Array")]
    [InlineData("{\"valeu\": \"x\"}", "/: a node has 'value', 'permissions' and 'children', but no 'valeu'")]
    [InlineData("{\"value\": 5}", "'value' is a string")]
    [InlineData("{\"value\": {\"base64\": \"!\"}}", "'value' is a string")]
    [InlineData("{\"value\": {\"base64\": \"\", \"x\": 1}}", "'value' is a string")]
    [InlineData("{\"permissions\": \"n0\"}", "'permissions' is an array, but here is String")]
    [InlineData("{\"permissions\": []}", "the first permission names the owner")]
    [InlineData("{\"permissions\": [\"x0\"]}", "a permission is one of n, r, w and b")]
    [InlineData("{\"permissions\": [\"n32752\"]}", "a permission is one of n, r, w and b")]
    [InlineData("{\"children\": []}", "'children' is an object, but here is Array")]
    [InlineData("{\"children\": {\"a\": {\"children\": {\"b\": 1}}}}", "/a/b: a node is an object, but here is Number")]
    [InlineData("{\"children\": {\"a b\": {}}}", "/: 'a b' is no name")]
    [InlineData("{\"children\": {\"\": {}}}", "/: '' is no name")]
    [InlineData("{\"children\": {\"a/b\": {}}}", "/: 'a/b' is no name")]
    [InlineData("{\"children\": {\"a\": {}, \"a\": {}}}", "/: there are two children 'a'")]
    [InlineData("{\"value\": \"\\ud800\"}", "no Unicode")]
    public void File_that_is_no_store_is_refused_with_the_place(string text, string message) =>
        Assert.Contains(message, Assert.Throws<StoreFormatException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        var random = new Random(20_261_126);
        for (var count = 0; count < 20_000; count++)
        {
            try
            {
                Save(Load(TextMutation.Mutate(Example, random)));
            }
            catch (StoreFormatException)
            {
                // As it should.
            }
        }
    }

    private static InMemoryXenStore Load(string text) => InMemoryXenStore.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static string Save(InMemoryXenStore store)
    {
        using var stream = new MemoryStream();
        store.Save(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static IXenStoreTransport Connected(
        InMemoryXenStore store, out Func<MessageType, string, string> ask, ushort domain = 0)
    {
        var transport = store.Connect(new(domain));
        ask = (type, payload) => TransportTalk.Ask(transport, type, payload);
        return transport;
    }
}
