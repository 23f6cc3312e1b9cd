using System;

namespace Xen.Domain;

/// <summary>Walks over the nodes and properties of a <see cref="DeviceTreeBlob"/>.</summary>
/// <remarks>
/// A walk ends where the tree does, or where it is damaged: a block that is cut short, an unknown token, a name outside
/// of its block, a node end without a node. Each step is at least one token further, so that there are no more steps
/// than the tree has tokens.
/// </remarks>
public ref struct DeviceTreeWalker
{
    private const uint BeginNode = 1;
    private const uint EndNode = 2;
    private const uint Property = 3;
    private const uint Nop = 4;
    private const uint End = 9;
    private const int TokenSize = 4;

    private readonly ReadOnlySpan<byte> _structure;
    private readonly ReadOnlySpan<byte> _strings;
    private int _position;
    private int _open;

    internal DeviceTreeWalker(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> strings)
    {
        _structure = structure;
        _strings = strings;
    }

    /// <summary>Where the walk stands.</summary>
    public DeviceTreeToken Token { get; private set; }

    /// <summary>The name of the node that begins, with its address, or of the property; empty for the root.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the property.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True if the walk came to the end of the tree, with all nodes ended; false if it met damage.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Goes to the next node's begin, property or node's end.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveNext()
    {
        Name = default;
        Value = default;
        Token = Next();
        if (Token == DeviceTreeToken.None)
            _position = _structure.Length;
        return Token != DeviceTreeToken.None;
    }

    private DeviceTreeToken Next()
    {
        while (TryReadNumber(out var token))
        {
            switch (token)
            {
                case Nop:
                    continue;
                case BeginNode:
                    return TryBeginNode() ? DeviceTreeToken.NodeBegin : DeviceTreeToken.None;
                case Property:
                    return TryReadProperty() ? DeviceTreeToken.Property : DeviceTreeToken.None;
                case EndNode:
                    return --_open >= 0 ? DeviceTreeToken.NodeEnd : DeviceTreeToken.None;
                case End:
                    IsComplete = _open == 0;
                    return DeviceTreeToken.None;
                default:
                    return DeviceTreeToken.None;
            }
        }

        return DeviceTreeToken.None;
    }

    private bool TryBeginNode()
    {
        var rest = _structure[_position..];
        var length = rest.IndexOf((byte)0);
        if (length < 0)
            return false;

        _open++;
        Name = rest[..length];
        return TrySkip((uint)length + 1);
    }

    private bool TryReadProperty()
    {
        // Outside of a node, there is nothing that it could be a property of.
        if (_open == 0 || !TryReadNumber(out var length) || !TryReadNumber(out var nameOffset))
            return false;

        var rest = _structure[_position..];
        if (length > (uint)rest.Length || nameOffset >= (uint)_strings.Length)
            return false;

        var name = _strings[(int)nameOffset..];
        var nameLength = name.IndexOf((byte)0);
        if (nameLength < 0)
            return false;

        Name = name[..nameLength];
        Value = rest[..(int)length];
        return TrySkip(length);
    }

    private bool TryReadNumber(out uint value)
    {
        value = 0;
        if (_structure.Length - _position < TokenSize)
            return false;

        value = BigEndian.ReadUInt32(_structure, _position);
        _position += TokenSize;
        return true;
    }

    // Over so many bytes, at most as many as there are, and what fills them up to whole tokens.
    private bool TrySkip(uint length)
    {
        var padded = (length + TokenSize - 1) & ~(uint)(TokenSize - 1);
        if (padded > (uint)(_structure.Length - _position))
            return false;

        _position += (int)padded;
        return true;
    }
}
