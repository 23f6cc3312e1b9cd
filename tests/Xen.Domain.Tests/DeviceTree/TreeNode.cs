using System;
using System.Collections.Generic;
using System.Linq;

namespace Xen.Domain.Tests.DeviceTree;

/// <summary>A device tree as a test thinks of it.</summary>
internal sealed record TreeNode(string Name, List<(string Name, byte[] Value)> Properties, List<TreeNode> Children)
{
    // Few names, so that there are nodes and properties of the same name.
    private static readonly string[] s_nodeNames = ["a", "b", "a@1", "a@2", "chosen", "ab", "@1"];
    private static readonly string[] s_propertyNames = ["p", "reg", "p@", "bootargs"];

    internal static TreeNode Random(Random random, string name, int depth) => new(
        name,
        [.. Enumerable.Range(0, random.Next(4)).Select(_ =>
        {
            var value = new byte[random.Next(10)];
            random.NextBytes(value);
            return (s_propertyNames[random.Next(s_propertyNames.Length)], value);
        })],
        [.. Enumerable.Range(0, depth == 0 ? 0 : random.Next(4)).Select(_ =>
            Random(random, s_nodeNames[random.Next(s_nodeNames.Length)], depth - 1))]);

    internal static string RandomPath(Random random) => "/" + string.Join(
        '/', Enumerable.Range(0, random.Next(4)).Select(_ => s_nodeNames[random.Next(s_nodeNames.Length)]));

    internal static string RandomProperty(Random random) => s_propertyNames[random.Next(s_propertyNames.Length)];

    /// <summary>What a walk meets, in order.</summary>
    internal IEnumerable<(DeviceTreeToken Token, string Name, byte[] Value)> Walk()
    {
        yield return (DeviceTreeToken.NodeBegin, Name, []);
        foreach (var (name, value) in Properties)
            yield return (DeviceTreeToken.Property, name, value);
        foreach (var step in Children.SelectMany(static child => child.Walk()))
            yield return step;
        yield return (DeviceTreeToken.NodeEnd, "", []);
    }

    /// <summary>The first property of that name in a node on that path, or null.</summary>
    internal byte[]? Find(string path, string property) =>
        Find(path.Split('/', StringSplitOptions.RemoveEmptyEntries), property);

    private byte[]? Find(ReadOnlySpan<string> path, string property)
    {
        if (path.IsEmpty)
            return Properties.FirstOrDefault(candidate => candidate.Name == property).Value;

        foreach (var child in Children)
        {
            var isNamed = child.Name == path[0] || (!path[0].Contains('@') && child.Name.Split('@')[0] == path[0]);
            if (isNamed && child.Find(path[1..], property) is { } value)
                return value;
        }

        return null;
    }
}
