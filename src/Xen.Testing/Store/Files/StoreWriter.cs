using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Xen.Store;
using Xen.Store.Protocol;
using Xen.Sys;
using Xen.Testing.Store.Machine;

namespace Xen.Testing.Store.Files;

/// <summary>Writes a store as JSON.</summary>
internal sealed class StoreWriter
{
    private readonly StoreState _state;
    private readonly Utf8JsonWriter _writer;

    private StoreWriter(StoreState state, Utf8JsonWriter writer)
    {
        _state = state;
        _writer = writer;
    }

    /// <summary>Writes one.</summary>
    /// <param name="state">The store.</param>
    /// <param name="stream">Where it goes.</param>
    internal static void Write(StoreState state, Stream stream)
    {
        var options = new JsonWriterOptions
        {
            Indented = true,
            MaxDepth = StoreJson.MaximumDepth,
            // Not for a web page.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using var writer = new Utf8JsonWriter(stream, options);
        new StoreWriter(state, writer).WriteNode("/", default);
    }

    private void WriteNode(string path, ImmutableArray<NodePermission> inherited)
    {
        var node = _state.Nodes[path];
        // Entries for domains that are gone mean nothing, and the next domain of that number must not find them.
        ImmutableArray<NodePermission> permissions = [.. node.Permissions.Where(entry => !entry.IsIgnored)];
        _writer.WriteStartObject();
        if (!node.Value.IsEmpty)
            WriteValue(node.Value.Span);
        if (inherited.IsDefault || !permissions.SequenceEqual(inherited))
            WritePermissions(permissions);
        if (!node.Children.IsEmpty)
        {
            _writer.WriteStartObject(StoreJson.Children);
            foreach (var name in new StringList(node.Children.Span))
            {
                _writer.WritePropertyName(name);
                WriteNode(NodePaths.Child(path, name), permissions);
            }

            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
    }

    private void WriteValue(ReadOnlySpan<byte> value)
    {
        if (IsPrintable(value))
        {
            _writer.WriteString(StoreJson.Value, value);
            return;
        }

        _writer.WriteStartObject(StoreJson.Value);
        _writer.WriteBase64String(StoreJson.Base64, value);
        _writer.WriteEndObject();
    }

    private static bool IsPrintable(ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
            return false;
        while (!value.IsEmpty)
        {
            Rune.DecodeFromUtf8(value, out var rune, out var length);
            if (Rune.IsControl(rune))
                return false;
            value = value[length..];
        }

        return true;
    }

    private void WritePermissions(ImmutableArray<NodePermission> permissions)
    {
        _writer.WriteStartArray(StoreJson.Permissions);
        foreach (var entry in permissions)
            _writer.WriteStringValue(new XenStorePermission(entry.Rights, new DomainId((ushort)entry.Domain)).ToString());
        _writer.WriteEndArray();
    }
}
