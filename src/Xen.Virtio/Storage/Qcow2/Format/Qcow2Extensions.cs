using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Xen.Virtio.Storage.Qcow2.Format;

/// <summary>What follows the fixed part of a header.</summary>
internal sealed class Qcow2Extensions
{
    private const uint End = 0;
    private const uint BackingFormatType = 0xE2792ACA;
    private const uint FeatureNamesType = 0x6803F857;
    private const int FeatureNameBytes = 48;
    private const int IncompatibleFeature = 0;

    private readonly Dictionary<int, string> _incompatibleNames = [];

    /// <summary>Format of the backing file, as qemu names it; null if the image does not say.</summary>
    public string? BackingFormat { get; private set; }

    /// <summary>What the image calls its incompatible feature with this bit; null if it does not say.</summary>
    public string? IncompatibleFeatureName(int bit) => _incompatibleNames.GetValueOrDefault(bit);

    /// <summary>Reads them all.</summary>
    /// <param name="bytes">The beginning of the file, as much of a cluster as there is.</param>
    /// <param name="header">Its fixed part.</param>
    /// <param name="extensions">What they say.</param>
    /// <param name="error">Why they cannot be used; reads on after "qcow2 image NAME: ".</param>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, Qcow2Header header, out Qcow2Extensions extensions, out string? error)
    {
        extensions = new Qcow2Extensions();
        error = null;
        var limit = header.BackingNameOffset == 0 ? header.Geometry.ClusterSize : (int)header.BackingNameOffset;
        bytes = bytes[..Math.Min(bytes.Length, limit)];
        if (header.HeaderLength > bytes.Length)
        {
            error = "ends within its header";
            return false;
        }

        bytes = bytes[header.HeaderLength..];
        for (var count = 0; bytes.Length >= 8; count++)
        {
            var type = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            if (type == End)
                return true;
            bytes = bytes[8..];
            if (length > bytes.Length || count == Qcow2Limits.MaxHeaderExtensions)
            {
                error = $"has a header extension {type:x8} of {length} bytes, which is too large or one too many";
                return false;
            }

            extensions.Take(type, bytes[..(int)length]);
            bytes = bytes[Math.Min(bytes.Length, ((int)length + 7) & ~7)..];
        }

        return true;
    }

    /// <summary>Writes a backing format.</summary>
    /// <param name="destination">Where the extensions begin.</param>
    /// <param name="format">Its name.</param>
    /// <returns>How many bytes.</returns>
    public static int WriteBackingFormat(Span<byte> destination, string format)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, BackingFormatType);
        var length = Encoding.ASCII.GetBytes(format, destination[8..]);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], length);
        return 8 + ((length + 7) & ~7);
    }

    private void Take(uint type, ReadOnlySpan<byte> content)
    {
        switch (type)
        {
            case BackingFormatType:
                BackingFormat = Encoding.UTF8.GetString(content);
                break;
            case FeatureNamesType:
                for (; content.Length >= FeatureNameBytes; content = content[FeatureNameBytes..])
                {
                    if (content[0] == IncompatibleFeature)
                        _incompatibleNames[content[1]] = Printable(content[2..FeatureNameBytes]);
                }

                break;
        }
    }

    private static string Printable(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        var text = new StringBuilder();
        foreach (var letter in end < 0 ? name : name[..end])
            text.Append(letter is >= 0x20 and < 0x7F ? (char)letter : '?');
        return text.ToString();
    }
}
