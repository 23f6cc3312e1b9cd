using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Xen.Store;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Store.Files;

/// <summary>Makes a store from JSON.</summary>
internal sealed class StoreReader
{
    private static readonly ImmutableArray<NodePermission> Root = [new(XenStoreAccessRights.None, 0)];

    private readonly ImmutableDictionary<string, StoreNode>.Builder _nodes =
        ImmutableDictionary.CreateBuilder<string, StoreNode>();

    private readonly SortedDictionary<uint, int> _counts = new() { [0] = 0 };
    private ulong _generation;

    private StoreReader()
    {
    }

    /// <summary>Reads one.</summary>
    /// <param name="stream">The text, in UTF-8.</param>
    /// <param name="options">How the store is.</param>
    /// <exception cref="StoreFormatException">It is no store.</exception>
    internal static StoreState Read(Stream stream, StoreOptions options)
    {
        try
        {
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = StoreJson.MaximumDepth });
            var reader = new StoreReader();
            reader.ReadNode("/", document.RootElement, Root);
            return reader.Make(options);
        }
        catch (JsonException error)
        {
            throw new StoreFormatException(error.Message, innerException: error);
        }
        catch (InvalidOperationException error)
        {
            // Half of a surrogate pair, which JSON lets pass.
            throw new StoreFormatException("there is text that is no Unicode", innerException: error);
        }
    }

    // The domains that the file names are there, and older than its nodes, so that its permissions count.
    private StoreState Make(StoreOptions options) => StoreState.Empty(options) with
    {
        Generation = _generation,
        Nodes = _nodes.ToImmutable(),
        Machine = _counts.Keys.Where(domain => domain != 0).ToImmutableSortedDictionary(domain => domain, _ => false),
        Domains = _counts.ToImmutableSortedDictionary(
            entry => entry.Key,
            entry => new StoreDomain { NodeCount = entry.Value, IsIntroduced = entry.Key == 0 }),
    };

    private void ReadNode(string path, JsonElement element, ImmutableArray<NodePermission> inherited)
    {
        Require(element, JsonValueKind.Object, path, "a node is an object");
        var node = new StoreNode { Permissions = inherited, Generation = ++_generation };
        var children = default(JsonElement);
        foreach (var property in element.EnumerateObject())
        {
            switch (property.Name)
            {
                case StoreJson.Value:
                    node = node with { Value = ReadValue(path, property.Value) };
                    break;
                case StoreJson.Permissions:
                    node = node with { Permissions = ReadPermissions(path, property.Value) };
                    break;
                case StoreJson.Children:
                    Require(property.Value, JsonValueKind.Object, path, "'children' is an object");
                    children = property.Value;
                    break;
                default:
                    throw new StoreFormatException(
                        $"a node has 'value', 'permissions' and 'children', but no '{property.Name}'", path);
            }
        }

        _counts[node.Owner] = _counts.GetValueOrDefault(node.Owner) + 1;
        var names = new MemoryStream();
        if (children.ValueKind == JsonValueKind.Object)
            ReadChildren(path, children, node.Permissions, names);
        _nodes.Add(path, node with { Children = names.ToArray() });
    }

    private void ReadChildren(
        string path, JsonElement children, ImmutableArray<NodePermission> permissions, MemoryStream names)
    {
        foreach (var child in children.EnumerateObject())
        {
            var bytes = Encoding.UTF8.GetBytes(child.Name);
            var childPath = NodePaths.Child(path, bytes);
            if (child.Name.Length == 0 || child.Name.Contains('/', StringComparison.Ordinal)
                || !NodePaths.IsValid(childPath, XenStoreLimits.MaximumAbsolutePath))
            {
                throw new StoreFormatException(
                    $"'{child.Name}' is no name: letters, digits and -_@ make one, and a path has a bound", path);
            }

            if (_nodes.ContainsKey(childPath))
                throw new StoreFormatException($"there are two children '{child.Name}'", path);
            names.Write(bytes);
            names.WriteByte(0);
            ReadNode(childPath, child.Value, permissions);
        }
    }

    private static byte[] ReadValue(string path, JsonElement element)
    {
        var value = element.ValueKind switch
        {
            JsonValueKind.String => Encoding.UTF8.GetBytes(element.GetString()!),
            JsonValueKind.Object when element.EnumerateObject().ToArray() is [{ Name: StoreJson.Base64 } only]
                && only.Value.ValueKind == JsonValueKind.String
                && only.Value.TryGetBytesFromBase64(out var bytes) => bytes,
            _ => throw new StoreFormatException("'value' is a string, or an object with nothing but 'base64'", path),
        };
        return value.Length <= XenStoreLimits.MaximumPayload
            ? value
            : throw new StoreFormatException($"a value has at most {XenStoreLimits.MaximumPayload} bytes", path);
    }

    private ImmutableArray<NodePermission> ReadPermissions(string path, JsonElement element)
    {
        Require(element, JsonValueKind.Array, path, "'permissions' is an array");
        var entries = ImmutableArray.CreateBuilder<NodePermission>();
        foreach (var text in element.EnumerateArray())
        {
            if (text.ValueKind != JsonValueKind.String || !XenStorePermission.TryParse(text.GetString(), out var entry)
                || !entry.Domain.IsOrdinary)
            {
                throw new StoreFormatException("a permission is one of n, r, w and b, and a domain: \"r5\"", path);
            }

            _counts.TryAdd(entry.Domain.Value, 0);
            entries.Add(new NodePermission(entry.Rights, entry.Domain.Value));
        }

        return entries.Count > 0
            ? entries.ToImmutable()
            : throw new StoreFormatException("the first permission names the owner, so there is one at least", path);
    }

    private static void Require(JsonElement element, JsonValueKind kind, string path, string rule)
    {
        if (element.ValueKind != kind)
            throw new StoreFormatException($"{rule}, but here is {element.ValueKind}", path);
    }
}
