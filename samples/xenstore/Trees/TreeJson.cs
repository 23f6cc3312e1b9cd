using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Xen.Store.Cli.Output;
using Xen.Store.Protocol;

namespace Xen.Store.Cli.Trees;

/// <summary>
/// Trees as JSON: <c>{"value": …, "permissions": […], "children": {name: node}}</c>, each part optional.
/// </summary>
internal static class TreeJson
{
    /// <summary>Writes a tree.</summary>
    public static void Write(Utf8JsonWriter json, TreeNode node)
    {
        json.WriteStartObject();
        if (node.Value is { } value)
        {
            json.WritePropertyName(NodeJson.Value);
            StoreJson.WriteValue(json, value);
        }

        if (node.Permissions is { } permissions)
        {
            json.WritePropertyName(NodeJson.Permissions);
            StoreJson.WritePermissions(json, permissions);
        }

        if (node.Children.Count > 0)
        {
            json.WriteStartObject(NodeJson.Children);
            foreach (var (name, child) in node.Children)
            {
                json.WritePropertyName(name);
                Write(json, child);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads a tree.</summary>
    /// <param name="stream">The JSON.</param>
    /// <param name="origin">Its name in messages.</param>
    /// <exception cref="StoreFailureException">It is no JSON, or no tree. Says where.</exception>
    public static TreeNode Read(Stream stream, string origin)
    {
        try
        {
            using var document = JsonDocument.Parse(stream);
            return Read(document.RootElement, origin, "");
        }
        catch (JsonException error)
        {
            throw Wrong(origin, "", error.Message);
        }
    }

    private static TreeNode Read(JsonElement element, string origin, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(origin, path, "a node is an object");
        var node = new TreeNode();
        foreach (var part in element.EnumerateObject())
        {
            switch (part.Name)
            {
                case NodeJson.Value:
                    node.Value = ReadValue(part.Value, origin, path);
                    break;
                case NodeJson.Permissions:
                    node.Permissions = ReadPermissions(part.Value, origin, path);
                    break;
                case NodeJson.Children when part.Value.ValueKind == JsonValueKind.Object:
                    ReadChildren(node, part.Value, origin, path);
                    break;
                default:
                    throw Wrong(origin, path, $"a node has {NodeJson.Value}, {NodeJson.Permissions} and an object {NodeJson.Children}, not this {part.Name}");
            }
        }

        return node;
    }

    private static void ReadChildren(TreeNode node, JsonElement children, string origin, string path)
    {
        foreach (var child in children.EnumerateObject())
        {
            var name = Encoding.UTF8.GetBytes(child.Name);
            if (PathRules.Check(name) != PathFault.None || name.Contains((byte)'/'))
                throw Wrong(origin, path, $"'{child.Name}' is no name: the characters are A-Z a-z 0-9 - _ @");
            if (!node.Children.TryAdd(child.Name, Read(child.Value, origin, $"{path}/{child.Name}")))
                throw Wrong(origin, path, $"'{child.Name}' is there twice");
        }
    }

    private static byte[] ReadValue(JsonElement value, string origin, string path)
    {
        if (value.ValueKind == JsonValueKind.String)
            return Encoding.UTF8.GetBytes(value.GetString()!);
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(StoreJson.Base64, out var bytes)
            && bytes.ValueKind == JsonValueKind.String && bytes.TryGetBytesFromBase64(out var decoded))
            return decoded;
        throw Wrong(origin, path, $"a value is a string, or an object with {StoreJson.Base64}");
    }

    private static XenStorePermission[] ReadPermissions(JsonElement permissions, string origin, string path)
    {
        if (permissions.ValueKind != JsonValueKind.Array || permissions.GetArrayLength() == 0)
            throw Wrong(origin, path, "permissions are an array, and not empty");
        return [.. permissions.EnumerateArray().Select(word =>
            word.ValueKind == JsonValueKind.String && XenStorePermission.TryParse(word.GetString(), out var permission)
                ? permission
                : throw Wrong(origin, path, $"{word} is no permission, as \"r5\" is one"))];
    }

    private static StoreFailureException Wrong(string origin, string path, string message) =>
        new(ExitCode.Usage, $"{origin}: {(path.Length == 0 ? "" : $"at {path}: ")}{message}");
}
