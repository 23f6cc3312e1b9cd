using System;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Decoding;

/// <summary>Where a decoded value stands.</summary>
/// <param name="Name">The member; for an element, its number in brackets.</param>
/// <param name="BitOffset">Its first bit, from the start of the input.</param>
/// <param name="BitSize">How many bits it has.</param>
/// <param name="IsBitField">Whether it is a bit-field.</param>
internal readonly record struct ValuePlace(string Name, long BitOffset, long BitSize, bool IsBitField = false);

/// <summary>Takes decoded values, one after the other, so that nothing grows with the input.</summary>
internal interface IValueSink
{
    /// <summary>Whether a row of elements that are all zero is passed as one.</summary>
    bool JoinsZeros { get; }

    /// <summary>A record begins.</summary>
    void BeginRecord(ValuePlace place);

    /// <summary>The innermost record ends.</summary>
    void EndRecord();

    /// <summary>An array begins.</summary>
    void BeginArray(ValuePlace place, long count);

    /// <summary>The innermost array ends.</summary>
    void EndArray();

    /// <summary>A number.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="type">Its type.</param>
    /// <param name="bits">Its bits.</param>
    /// <param name="symbol">The name of the value, where an enumeration has one.</param>
    void Number(ValuePlace place, AbiType type, ulong bits, string? symbol);

    /// <summary>An array of bytes.</summary>
    void Bytes(ValuePlace place, ReadOnlySpan<byte> bytes);

    /// <summary>Elements that are all zero.</summary>
    void Zeros(ValuePlace first, long count);

    /// <summary>Something that lies behind the end of the input.</summary>
    void Missing(ValuePlace place);

    /// <summary>Something of a type that no metadata declares.</summary>
    void Unknown(ValuePlace place, AbiType type);
}
