using System;

namespace Xen.Testing.Decoding;

/// <summary>A field of a structure of the ABI.</summary>
/// <param name="Name">As in C.</param>
/// <param name="Offset">First byte within the structure.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">How it is read.</param>
/// <param name="Nested">The layout of a structure, or of an array's elements if they are structures.</param>
/// <param name="Count">Number of elements; 1 for what is no array.</param>
internal sealed record StructureField(
    string Name, int Offset, int Size, StructureFieldKind Kind, StructureLayout? Nested, int Count)
{
    /// <summary>Bytes of an element.</summary>
    internal int ElementSize => Size / Math.Max(Count, 1);
}
