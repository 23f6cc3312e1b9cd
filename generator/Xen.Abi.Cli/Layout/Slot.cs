using System.Collections.Generic;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Layout;

/// <summary>A stretch of a record.</summary>
/// <param name="BitOffset">Where it starts, from the start of the outermost record.</param>
/// <param name="BitSize">How long it is; null if a type is not declared.</param>
internal abstract record Slot(long BitOffset, long? BitSize);

/// <summary>A member.</summary>
/// <param name="BitOffset">Where it starts.</param>
/// <param name="BitSize">How long it is.</param>
/// <param name="Field">The member.</param>
/// <param name="Record">The record that it is, or that its elements are; null for anything else.</param>
/// <param name="Nested">The slots of that record, if it is to be shown in place.</param>
internal sealed record FieldSlot(
    long BitOffset, long? BitSize, AbiField Field, AbiRecord? Record, IReadOnlyList<Slot>? Nested) : Slot(BitOffset, BitSize);

/// <summary>Bits that no member uses.</summary>
/// <param name="BitOffset">Where they start.</param>
/// <param name="Bits">How many they are.</param>
/// <param name="AtEnd">Whether no member follows.</param>
internal sealed record GapSlot(long BitOffset, long Bits, bool AtEnd) : Slot(BitOffset, Bits);
