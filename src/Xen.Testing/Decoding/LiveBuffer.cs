using System;

namespace Xen.Testing.Decoding;

/// <summary>A buffer that is given out.</summary>
/// <param name="Number">Which of those that are given out at the time.</param>
/// <param name="Address">Its first byte.</param>
/// <param name="Size">Its length in bytes, as it was asked for.</param>
internal readonly unsafe record struct LiveBuffer(int Number, nint Address, int Size)
{
    /// <summary>All of it.</summary>
    // SAFETY: the buffer has the length that was asked for, and its user does not give it back during a call.
    internal Span<byte> Bytes => new((void*)Address, Size);

    /// <summary>Its bytes from an address within it.</summary>
    internal Span<byte> From(ulong address) => Bytes[(int)(address - (ulong)Address)..];
}
