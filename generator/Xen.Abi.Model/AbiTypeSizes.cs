using System;
using System.Collections.Generic;

namespace Xen.Abi.Model;

/// <summary>The sizes of types, as far as some declarations tell them.</summary>
internal sealed class AbiTypeSizes
{
    /// <summary>More bytes than any record has; nothing counts as larger.</summary>
    private const long Huge = 1L << 31;
    private const int MaxDepth = 64;
    private readonly Dictionary<(AbiType Type, string Target), long> _records = new();
    private readonly Dictionary<(AbiType Type, string Target), AbiType> _aliases = new();

    public AbiTypeSizes(IEnumerable<AbiItem> items)
    {
        foreach (AbiItem item in items)
        {
            foreach (string target in item.Targets)
                Add(item, target);
        }
    }

    /// <summary>Size of a type in bytes; null if it has none, or if nothing declares it.</summary>
    public long? Of(AbiType type, string target) => Of(type, target, MaxDepth);

    private long? Of(AbiType type, string target, int depth)
    {
        if (depth == 0)
            return null;
        switch (type.Kind)
        {
            case AbiTypeKind.Char or AbiTypeKind.Bool or AbiTypeKind.Signed or AbiTypeKind.Unsigned or AbiTypeKind.Float
                or AbiTypeKind.GuestHandle:
                return type.Bits / 8;
            case AbiTypeKind.Pointer:
                return target.EndsWith("64", StringComparison.Ordinal) ? 8 : 4;
            case AbiTypeKind.Array when type.Count >= 0:
                return Of(type.Element!, target, depth - 1) is { } element ? Math.Min(element * type.Count, Huge) : null;
            case AbiTypeKind.Struct or AbiTypeKind.Union:
                return _records.TryGetValue((type, target), out long size) ? size : null;
            case AbiTypeKind.Enum or AbiTypeKind.Typedef:
                return _aliases.TryGetValue((type, target), out AbiType? stored) ? Of(stored, target, depth - 1) : null;
            default:
                return null;
        }
    }

    private void Add(AbiItem item, string target)
    {
        switch (item)
        {
            case AbiRecord record:
                _records[(AbiType.Named(record.IsUnion ? AbiTypeKind.Union : AbiTypeKind.Struct, record.Name), target)] = record.Size;
                break;
            case AbiEnum enumeration:
                _aliases[(AbiType.Named(AbiTypeKind.Enum, enumeration.Name), target)] = enumeration.Type;
                break;
            case AbiTypedef typedef:
                _aliases[(AbiType.Named(AbiTypeKind.Typedef, typedef.Name), target)] = typedef.Type;
                break;
        }
    }
}
