using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Conformance.Life;

/// <summary>
/// A guest's program of 2,000 accesses to a device, of 1, 2, 4 and 8 bytes and of string instructions, and what it
/// leaves in its memory. It can be run (<see cref="Code"/>), or played access by access.
/// </summary>
internal sealed class GuestProgram
{
    internal const ulong DeviceAddress = 0x0a00_0000;
    internal const int DeviceLength = 0x1000;
    internal const ulong CodeAddress = 0x1000;
    internal const ulong ResultAddress = 0x2000;
    internal const ulong BufferAddress = 0x3000;

    /// <summary>Offset of the words that the last string instruction writes, from the end to the start.</summary>
    internal const ulong WordsOffset = 0x300;

    internal const int Rounds = 240;
    internal const int StringInstructions = 3;
    internal const int BufferLength = 64;
    internal const int BytesOut = 32;
    internal const int WordsOut = 32;
    internal const int DoublewordsIn = BufferLength / sizeof(uint);

    /// <summary>Machine code: flat 32-bit protected mode, no paging, no stack, no interrupts.</summary>
    internal static ReadOnlySpan<byte> Code =>
    [
        0xbb, 0x00, 0x00, 0x00, 0x0a,       // mov   ebx, DeviceAddress
        0xbd, 0x00, 0x20, 0x00, 0x00,       // mov   ebp, ResultAddress
        0x31, 0xc9,                         // xor   ecx, ecx             ; the round
        0x31, 0xf6,                         // xor   esi, esi             ; the sum of what was read
        0x41,                               // round: inc ecx
        0x89, 0x4b, 0x10,                   // mov   [ebx+10h], ecx
        0x8b, 0x43, 0x14,                   // mov   eax, [ebx+14h]
        0x01, 0xc6,                         // add   esi, eax
        0x66, 0x89, 0x4b, 0x18,             // mov   [ebx+18h], cx
        0x0f, 0xb7, 0x43, 0x1a,             // movzx eax, word [ebx+1ah]
        0x01, 0xc6,                         // add   esi, eax
        0x88, 0x4b, 0x1c,                   // mov   [ebx+1ch], cl
        0x0f, 0xb6, 0x43, 0x1d,             // movzx eax, byte [ebx+1dh]
        0x01, 0xc6,                         // add   esi, eax
        0x0f, 0x6f, 0x43, 0x20,             // movq  mm0, [ebx+20h]
        0x0f, 0x7f, 0x43, 0x28,             // movq  [ebx+28h], mm0
        0x81, 0xf9, 0xf0, 0x00, 0x00, 0x00, // cmp   ecx, Rounds
        0x75, 0xd4,                         // jne   round
        0x89, 0x75, 0x00,                   // mov   [ebp], esi
        0x89, 0x4d, 0x04,                   // mov   [ebp+4], ecx
        0x0f, 0x7f, 0x45, 0x08,             // movq  [ebp+8], mm0
        0xfc,                               // cld
        0x8d, 0xb3, 0x00, 0x01, 0x00, 0x00, // lea   esi, [ebx+100h]
        0xbf, 0x00, 0x30, 0x00, 0x00,       // mov   edi, BufferAddress
        0xb9, 0x10, 0x00, 0x00, 0x00,       // mov   ecx, DoublewordsIn
        0xf3, 0xa5,                         // rep movsd
        0xbe, 0x00, 0x30, 0x00, 0x00,       // mov   esi, BufferAddress
        0x8d, 0xbb, 0x00, 0x02, 0x00, 0x00, // lea   edi, [ebx+200h]
        0xb9, 0x20, 0x00, 0x00, 0x00,       // mov   ecx, BytesOut
        0xf3, 0xa4,                         // rep movsb
        0xfd,                               // std
        0xbe, 0x3e, 0x30, 0x00, 0x00,       // mov   esi, BufferAddress + 2 * (WordsOut - 1)
        0x8d, 0xbb, 0x3e, 0x03, 0x00, 0x00, // lea   edi, [ebx + WordsOffset + 2 * (WordsOut - 1)]
        0xb9, 0x20, 0x00, 0x00, 0x00,       // mov   ecx, WordsOut
        0x66, 0xf3, 0xa5,                   // rep movsw
        0xfa,                               // cli
        0xf4,                               // hlt                        ; for ever: the domain is shut down
    ];

    internal GuestProgram(ulong seed)
    {
        var random = new Random((int)seed);
        var buffer = new byte[BufferLength];
        var sum = 0u;
        ulong last = 0;
        var accesses = new List<GuestAccess>();
        for (uint round = 1; round <= Rounds; round++)
        {
            accesses.Add(GuestAccess.Write(0x10, 4, round));
            sum += (uint)Read(0x14, 4);
            accesses.Add(GuestAccess.Write(0x18, 2, round));
            sum += (uint)Read(0x1a, 2);
            accesses.Add(GuestAccess.Write(0x1c, 1, round & 0xff));
            sum += (uint)Read(0x1d, 1);
            last = Read(0x20, 8);
            accesses.Add(GuestAccess.Write(0x28, 8, last));
        }

        for (var i = 0; i < DoublewordsIn; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(i * 4), (uint)Read(0x100 + (ulong)(i * 4), 4));
        for (var i = 0; i < BytesOut; i++)
            accesses.Add(GuestAccess.Write(0x200 + (ulong)i, 1, buffer[i]));
        for (var i = WordsOut - 1; i >= 0; i--)
            accesses.Add(GuestAccess.Write(
                WordsOffset + (ulong)(i * 2), 2, BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(i * 2))));

        Accesses = accesses;
        Buffer = buffer;
        Result = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(Result, sum);
        BinaryPrimitives.WriteUInt32LittleEndian(Result.AsSpan(4), Rounds);
        BinaryPrimitives.WriteUInt64LittleEndian(Result.AsSpan(8), last);

        ulong Read(ulong offset, int size)
        {
            var value = (ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 1);
            value &= ulong.MaxValue >> (64 - (size * 8));
            accesses.Add(GuestAccess.Read(offset, size, value));
            return value;
        }
    }

    /// <summary>What the device sees, in order; and what it is to answer.</summary>
    internal IReadOnlyList<GuestAccess> Accesses { get; }

    /// <summary>What is at <see cref="ResultAddress"/> in the end: sum, number of rounds, last 8 bytes.</summary>
    internal byte[] Result { get; }

    /// <summary>What is at <see cref="BufferAddress"/> in the end.</summary>
    internal byte[] Buffer { get; }

    /// <summary>Requests that the accesses come in at least: a string instruction may make but one.</summary>
    internal static int FewestRequests => (Rounds * 8) + StringInstructions;
}
