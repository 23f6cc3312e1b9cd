using System;

namespace Xen.Domain;

/// <summary>A flattened device tree, which a boot loader passes. Devicetree Specification v0.4, chapter 5.</summary>
/// <remarks>
/// The bytes are not trusted: whatever they are, nothing outside of them is read, and every walk ends. They must not
/// change meanwhile.
/// </remarks>
public readonly ref struct DeviceTreeBlob
{
    /// <summary>Bytes of the header: <see cref="TryReadTotalSize"/> wants as many.</summary>
    public const int HeaderSize = 40;

    private const uint Magic = 0xd00dfeed;
    private const uint Version = 17;

    private readonly ReadOnlySpan<byte> _structure;
    private readonly ReadOnlySpan<byte> _strings;

    private DeviceTreeBlob(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> strings)
    {
        _structure = structure;
        _strings = strings;
    }

    /// <summary>Reads from a header how many bytes the whole tree has, for who has no more than its address.</summary>
    /// <param name="header">At least <see cref="HeaderSize"/> bytes.</param>
    /// <param name="size">Bytes from the start of the header, at least <see cref="HeaderSize"/>.</param>
    /// <returns>False if it is not such a header.</returns>
    public static bool TryReadTotalSize(ReadOnlySpan<byte> header, out uint size)
    {
        size = 0;
        if (header.Length < HeaderSize || BigEndian.ReadUInt32(header, 0) != Magic)
            return false;

        size = BigEndian.ReadUInt32(header, 4);
        return size >= HeaderSize;
    }

    /// <summary>Opens a tree.</summary>
    /// <param name="memory">Its bytes; what is behind its size is left alone.</param>
    /// <param name="blob">The tree.</param>
    /// <returns>
    /// False if it is none, is cut short, has a block outside of its size, or is of a version that is not compatible
    /// with version 17.
    /// </returns>
    public static bool TryOpen(ReadOnlySpan<byte> memory, out DeviceTreeBlob blob)
    {
        blob = default;
        if (!TryReadTotalSize(memory, out var size) || size > (uint)memory.Length)
            return false;

        var header = memory[..HeaderSize];
        var version = BigEndian.ReadUInt32(header, 20);
        var oldestCompatible = BigEndian.ReadUInt32(header, 24);
        if (version < Version || oldestCompatible > Version)
            return false;

        memory = memory[..(int)size];
        if (!TryTake(memory, BigEndian.ReadUInt32(header, 8), BigEndian.ReadUInt32(header, 36), out var structure)
            || !TryTake(memory, BigEndian.ReadUInt32(header, 12), BigEndian.ReadUInt32(header, 32), out var strings))
        {
            return false;
        }

        blob = new DeviceTreeBlob(structure, strings);
        return true;
    }

    /// <summary>Starts a walk over all nodes and properties, in the order in which they are in memory.</summary>
    public DeviceTreeWalker Walk() => new(_structure, _strings);

    /// <summary>Finds a property.</summary>
    /// <param name="path">
    /// The node: <c>/chosen</c>, or <c>/</c> for the root. A name without <c>@</c> also stands for one with an address;
    /// of several nodes that fit, the first one counts that has the property.
    /// </param>
    /// <param name="name">The property's name.</param>
    /// <param name="value">Its value, empty for one that is only there.</param>
    /// <returns>False if there is no such property, or the tree is damaged before it.</returns>
    public bool TryGetProperty(
        scoped ReadOnlySpan<byte> path, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (path.IsEmpty || path[0] != (byte)'/')
            return false;

        // Of the nodes that have begun and not ended, so many are the beginning of the path.
        var open = 0;
        var fitting = 0;
        var walker = Walk();
        while (walker.MoveNext())
        {
            switch (walker.Token)
            {
                case DeviceTreeToken.NodeBegin:
                    if (open == fitting && (open == 0 || Fits(walker.Name, Component(path, open))))
                        fitting++;
                    open++;
                    break;
                case DeviceTreeToken.NodeEnd:
                    open--;
                    if (fitting > open)
                        fitting = open;
                    break;
                case DeviceTreeToken.Property:
                    if (open == fitting && Component(path, open).IsEmpty && walker.Name.SequenceEqual(name))
                    {
                        value = walker.Value;
                        return true;
                    }

                    break;
            }
        }

        return false;
    }

    // The name of a path at a depth, from 1; empty behind the last one.
    private static ReadOnlySpan<byte> Component(ReadOnlySpan<byte> path, int depth)
    {
        for (; depth > 0; depth--)
        {
            var separator = path.IndexOf((byte)'/');
            if (separator < 0)
                return default;

            path = path[(separator + 1)..];
        }

        var end = path.IndexOf((byte)'/');
        return end < 0 ? path : path[..end];
    }

    private static bool Fits(ReadOnlySpan<byte> name, ReadOnlySpan<byte> component)
    {
        if (component.IsEmpty)
            return false;

        var address = name.IndexOf((byte)'@');
        return name.SequenceEqual(component)
            || (address >= 0 && !component.Contains((byte)'@') && name[..address].SequenceEqual(component));
    }

    private static bool TryTake(ReadOnlySpan<byte> memory, uint offset, uint size, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (offset > (uint)memory.Length || size > (uint)memory.Length - offset)
            return false;

        block = memory.Slice((int)offset, (int)size);
        return true;
    }
}
