using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>
/// Bytes as text. <c>0a0b</c> is two bytes, <c>00*24</c> one byte 24 times, <c>[20]</c> a pointer to 0x20 bytes into the
/// argument's buffer; blanks between.
/// </summary>
internal static class Bytes
{
    internal static byte[] Parse(string text)
    {
        var bytes = new List<byte>();
        foreach (var token in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (token[0] == '[')
            {
                var pointer = new byte[sizeof(ulong)];
                var offset = ulong.Parse(token[1..^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                BinaryPrimitives.WriteUInt64LittleEndian(pointer, Recording.Pointer + offset);
                bytes.AddRange(pointer);
            }
            else if (token.Split('*') is [var unit, var count])
            {
                for (var i = int.Parse(count, CultureInfo.InvariantCulture); i > 0; i--)
                    bytes.AddRange(Convert.FromHexString(unit));
            }
            else
            {
                bytes.AddRange(Convert.FromHexString(token));
            }
        }

        return [.. bytes];
    }
}
