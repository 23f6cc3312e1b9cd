using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Xen.Domain.Tests.DeviceTree;

/// <summary>A device tree is what its writer meant, and a broken one is no more than a tree that ends early.</summary>
public sealed class DeviceTreeTests
{
    // By dtc 1.6.1: a memory reservation, #address-cells and #size-cells of 2, compatible "xen,xenvm-4.17" "xen,xenvm",
    // memory@40000000 with device_type and reg, chosen with bootargs and an empty linux,initrd-end, cpus with cpu@0 and
    // cpu@1 with reg, the latter with enable-method.
    private const string FromCompiler = """
        0A3+7QAAAeoAAABIAAABjAAAACgAAAARAAAAEAAAAAAAAABeAAABRAAAAABAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAA
        AAAAAQAAAAAAAAADAAAABAAAAAAAAAACAAAAAwAAAAQAAAAPAAAAAgAAAAMAAAAZAAAAG3hlbix4ZW52bS00LjE3AHhlbix4
        ZW52bQAAAAAAAAABbWVtb3J5QDQwMDAwMDAwAAAAAAMAAAAHAAAAJm1lbW9yeQAAAAAAAwAAABAAAAAyAAAAAEAAAAAAAAAA
        AQAAAAAAAAIAAAABY2hvc2VuAAAAAAADAAAAFQAAADZpbnRlcnZhbD0wLjUgY291bnQ9MwAAAAAAAAADAAAAAAAAAD8AAAAC
        AAAAAWNwdXMAAAAAAAAAAWNwdUAwAAAAAAAAAwAAAAQAAAAyAAAAAAAAAAIAAAABY3B1QDEAAAAAAAADAAAABAAAADIAAAAB
        AAAAAwAAAAUAAABQcHNjaQAAAAAAAAACAAAAAgAAAAIAAAAJI2FkZHJlc3MtY2VsbHMAI3NpemUtY2VsbHMAY29tcGF0aWJs
        ZQBkZXZpY2VfdHlwZQByZWcAYm9vdGFyZ3MAbGludXgsaW5pdHJkLWVuZABlbmFibGUtbWV0aG9kAA==
        """;

    private static readonly byte[] s_fromCompiler = Convert.FromBase64String(FromCompiler);

    [Theory]
    [InlineData("/chosen", "bootargs", "interval=0.5 count=3\0")]
    [InlineData("/chosen", "linux,initrd-end", "")]
    [InlineData("/chosen", "compatible", null)]
    [InlineData("/", "compatible", "xen,xenvm-4.17\0xen,xenvm\0")]
    [InlineData("/memory", "device_type", "memory\0")]
    [InlineData("/memory@40000000", "device_type", "memory\0")]
    [InlineData("/memory@4000000", "device_type", null)]
    [InlineData("/cpus/cpu@1", "enable-method", "psci\0")]
    [InlineData("/cpus/cpu", "enable-method", "psci\0")]
    [InlineData("/cpus/cpu@0", "enable-method", null)]
    [InlineData("/cpu@1", "enable-method", null)]
    [InlineData("/chosen/", "bootargs", "interval=0.5 count=3\0")]
    [InlineData("chosen", "bootargs", null)]
    [InlineData("", "compatible", null)]
    public void Tree_of_the_device_tree_compiler_is_understood(string path, string property, string? expected)
    {
        Assert.True(DeviceTreeBlob.TryOpen(s_fromCompiler, out var blob));
        var isFound = blob.TryGetProperty(
            Encoding.ASCII.GetBytes(path), Encoding.ASCII.GetBytes(property), out var value);
        Assert.Equal(expected, isFound ? Encoding.ASCII.GetString(value) : null);
    }

    [Fact]
    public void Random_trees_are_walked_and_searched_as_written()
    {
        var random = new Random(20_261_130);
        for (var i = 0; i < 5000; i++)
        {
            var tree = TreeNode.Random(random, "", 4);
            Assert.True(DeviceTreeBlob.TryOpen(TreeWriter.Write(tree, random), out var blob));

            var walker = blob.Walk();
            foreach (var (token, name, value) in tree.Walk())
            {
                Assert.True(walker.MoveNext());
                Assert.Equal(token, walker.Token);
                Assert.Equal(name, Encoding.ASCII.GetString(walker.Name));
                Assert.Equal(value, walker.Value.ToArray());
            }

            Assert.False(walker.MoveNext());
            Assert.True(walker.IsComplete);
            for (var j = 0; j < 10; j++)
            {
                var (path, property) = (TreeNode.RandomPath(random), TreeNode.RandomProperty(random));
                var isFound = blob.TryGetProperty(
                    Encoding.ASCII.GetBytes(path), Encoding.ASCII.GetBytes(property), out var value);
                Assert.Equal(tree.Find(path, property), isFound ? value.ToArray() : null);
            }
        }
    }

    [Fact]
    public void Damaged_trees_neither_throw_nor_go_on_for_ever()
    {
        var random = new Random(20_261_131);
        var opened = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var blob = i % 2 == 0 ? [.. s_fromCompiler] : TreeWriter.Write(TreeNode.Random(random, "", 2), random);
            for (var damage = random.Next(1, 4); damage > 0; damage--)
                Damage(blob, random);
            if (random.Next(4) == 0)
                Array.Resize(ref blob, random.Next(blob.Length));
            if (DeviceTreeBlob.TryOpen(blob, out var tree))
            {
                opened++;
                Exhaust(tree, blob.Length);
            }
        }

        Assert.True(opened > 20_000);
    }

    [Fact]
    public void Tree_that_is_cut_short_is_not_opened()
    {
        for (var length = 0; length < s_fromCompiler.Length; length++)
            Assert.False(DeviceTreeBlob.TryOpen(s_fromCompiler.AsSpan(0, length), out _));
        Assert.True(DeviceTreeBlob.TryOpen([.. s_fromCompiler, 1, 2, 3], out _));
    }

    [Theory]
    [InlineData(0, 0xd00dfeee)]
    [InlineData(4, 39)]
    [InlineData(4, 0x80000000)]
    [InlineData(8, 0xffffffff)]
    [InlineData(12, 0x80000000)]
    [InlineData(20, 16)]
    [InlineData(24, 18)]
    [InlineData(32, 0xffffffff)]
    [InlineData(36, 0x7fffffff)]
    public void Header_that_does_not_fit_is_refused(int offset, uint value)
    {
        byte[] blob = [.. s_fromCompiler];
        BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(offset), value);
        Assert.False(DeviceTreeBlob.TryOpen(blob, out _));
    }

    // Structure blocks without their end, nodes that were not begun, properties of no node, names and values outside.
    [Theory]
    [InlineData(1, 1u, 0u)]
    [InlineData(0, 2u, 9u)]
    [InlineData(0, 3u, 0u, 0u, 9u)]
    [InlineData(1, 1u, 0u, 9u)]
    [InlineData(1, 1u, 0u, 7u, 2u, 9u)]
    [InlineData(1, 1u, 0u, 3u, 9u, 0u, 0u, 2u)]
    [InlineData(1, 1u, 0u, 3u, 0xffffffffu, 0u, 2u, 9u)]
    [InlineData(1, 1u, 0u, 3u, 0u, 2u, 2u, 9u)]
    [InlineData(1, 1u, 0u, 3u, 0u, 0xffffffffu, 2u, 9u)]
    [InlineData(1, 1u, 0u, 3u, 0u)]
    [InlineData(0, 1u, 0x61616161u)]
    public void Damage_ends_the_walk(int steps, params uint[] structure)
    {
        byte[] blob = [.. s_fromCompiler[..40], .. structure.SelectMany(Bytes), (byte)'p', 0];
        WriteNumber(blob, 4, blob.Length);
        WriteNumber(blob, 8, 40);
        WriteNumber(blob, 12, blob.Length - 2);
        WriteNumber(blob, 32, 2);
        WriteNumber(blob, 36, blob.Length - 2 - 40);
        Assert.True(DeviceTreeBlob.TryOpen(blob, out var tree));

        var walker = tree.Walk();
        var count = 0;
        while (walker.MoveNext())
            count++;
        Assert.False(walker.IsComplete);
        Assert.Equal(DeviceTreeToken.None, walker.Token);
        Assert.False(walker.MoveNext());
        Assert.Equal(steps, count);
    }

    private static void Exhaust(DeviceTreeBlob tree, int size)
    {
        var steps = 0;
        var walker = tree.Walk();
        while (walker.MoveNext())
            Assert.True(++steps <= size / 4);
        tree.TryGetProperty("/chosen"u8, "bootargs"u8, out _);
        tree.TryGetProperty("/a/b"u8, "p"u8, out _);
    }

    private static void Damage(byte[] blob, Random random)
    {
        if (random.Next(2) == 0)
        {
            blob[random.Next(blob.Length)] = (byte)random.Next(256);
            return;
        }

        // A token, a length or an offset.
        uint[] values = [0, 1, 2, 3, 4, 9, 0x7fffffff, 0x80000000, 0xffffffff, (uint)random.Next(blob.Length)];
        var word = blob.AsSpan(4 * random.Next(blob.Length / 4));
        BinaryPrimitives.WriteUInt32BigEndian(word, values[random.Next(values.Length)]);
    }

    private static void WriteNumber(byte[] blob, int offset, int value) =>
        BinaryPrimitives.WriteInt32BigEndian(blob.AsSpan(offset), value);

    private static IEnumerable<byte> Bytes(uint value) =>
        [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
