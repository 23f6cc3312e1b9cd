using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Xen.Domain.Tests.DeviceTree;

/// <summary>Writes a device tree as chapter 5 of the specification says.</summary>
internal sealed class TreeWriter(Random random)
{
    private const int HeaderSize = 40;
    private const int ReservationsSize = 16;

    private readonly List<byte> _structure = [];
    private readonly List<byte> _strings = [];

    internal static byte[] Write(TreeNode root, Random random)
    {
        var writer = new TreeWriter(random);
        writer.WriteNode(root);
        writer.WriteToken(9);
        return writer.Assemble();
    }

    private byte[] Assemble()
    {
        const int Structure = HeaderSize + ReservationsSize;
        var strings = Structure + _structure.Count;
        var size = strings + _strings.Count;
        var blob = new byte[size];
        uint[] header =
        [
            0xd00dfeed, (uint)size, Structure, (uint)strings, HeaderSize, 17, 16, 0, (uint)_strings.Count,
            (uint)_structure.Count,
        ];
        for (var i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(4 * i), header[i]);
        _structure.CopyTo(blob, Structure);
        _strings.CopyTo(blob, strings);
        return blob;
    }

    private void WriteNode(TreeNode node)
    {
        WriteToken(1);
        WritePadded([.. Encoding.ASCII.GetBytes(node.Name), 0]);
        foreach (var (name, value) in node.Properties)
        {
            WriteToken(3);
            WriteNumber((uint)value.Length);
            WriteNumber((uint)_strings.Count);
            WritePadded(value);
            _strings.AddRange(Encoding.ASCII.GetBytes(name));
            _strings.Add(0);
        }

        foreach (var child in node.Children)
            WriteNode(child);
        WriteToken(2);
    }

    private void WriteToken(uint token)
    {
        // FDT_NOP may be anywhere between the others.
        while (random.Next(5) == 0)
            WriteNumber(4);
        WriteNumber(token);
    }

    private void WriteNumber(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        _structure.AddRange(bytes);
    }

    private void WritePadded(ReadOnlySpan<byte> bytes)
    {
        _structure.AddRange(bytes);
        while (_structure.Count % 4 != 0)
            _structure.Add(0);
    }
}
