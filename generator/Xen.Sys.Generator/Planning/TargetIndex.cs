using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>All names of one target, and what their types come down to.</summary>
internal sealed class TargetIndex(string target)
{
    private const int MaxDepth = 64;
    private const int PointerSize = 8;
    private readonly Dictionary<string, string> _shapes = new(StringComparer.Ordinal);

    /// <summary>The target.</summary>
    public string Target { get; } = target;

    /// <summary>Structures and unions.</summary>
    public Dictionary<string, AbiRecord> Records { get; } = new(StringComparer.Ordinal);

    /// <summary>Enumerations.</summary>
    public Dictionary<string, AbiEnum> Enums { get; } = new(StringComparer.Ordinal);

    /// <summary>Typedefs.</summary>
    public Dictionary<string, AbiTypedef> Typedefs { get; } = new(StringComparer.Ordinal);

    /// <summary>Constants.</summary>
    public Dictionary<string, AbiValue> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Follows typedefs and enumerations; null where a name is missing.</summary>
    public AbiType? Resolve(AbiType type)
    {
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            if (type.Kind == AbiTypeKind.Typedef && Typedefs.TryGetValue(type.Name, out AbiTypedef? typedef))
                type = typedef.Type;
            else if (type.Kind == AbiTypeKind.Enum && Enums.TryGetValue(type.Name, out AbiEnum? enumeration))
                type = enumeration.Type;
            else if (type.IsRecord && !Records.ContainsKey(type.Name))
                return null;
            else
                return type.Kind is AbiTypeKind.Typedef or AbiTypeKind.Enum ? null : type;
        }

        return null;
    }

    /// <summary>The enumeration that a type is, behind typedefs; null if it is something else.</summary>
    public string? EnumOf(AbiType type)
    {
        for (int depth = 0; depth < MaxDepth && type.Kind == AbiTypeKind.Typedef; depth++)
        {
            if (!Typedefs.TryGetValue(type.Name, out AbiTypedef? typedef))
                return null;
            type = typedef.Type;
        }

        return type.Kind == AbiTypeKind.Enum && Enums.ContainsKey(type.Name) ? type.Name : null;
    }

    /// <summary>The last typedef on the way to an array; null if the way leads elsewhere.</summary>
    public string? ArrayTypedef(AbiType type)
    {
        for (int depth = 0; depth < MaxDepth && type.Kind == AbiTypeKind.Typedef; depth++)
        {
            if (!Typedefs.TryGetValue(type.Name, out AbiTypedef? typedef))
                return null;
            if (typedef.Type.Kind == AbiTypeKind.Array)
                return type.Name;
            type = typedef.Type;
        }

        return null;
    }

    /// <summary>Size in bytes; zero for what has none or is not known.</summary>
    public long SizeOf(AbiType type) => SizeOf(type, 0);

    /// <summary>Alignment in bytes, as C# gives it to the type that stands for this one; 1 for what is not known.</summary>
    public long AlignOf(AbiType type)
    {
        AbiType? resolved = Resolve(type);
        for (int depth = 0; depth < MaxDepth && resolved?.Kind == AbiTypeKind.Array; depth++)
            resolved = Resolve(resolved.Element!);
        return resolved switch
        {
            null => 1,
            { IsRecord: true } => Records[resolved.Name].Align,
            _ => Math.Max(1, SizeOf(resolved)),
        };
    }

    /// <summary>A text that is equal for equal layouts, through all names.</summary>
    public string Shape(AbiType type) => Shape(type, 0);

    private long SizeOf(AbiType type, int depth) => depth > MaxDepth || Resolve(type) is not { } resolved ? 0
        : resolved.Kind switch
        {
            AbiTypeKind.Pointer or AbiTypeKind.GuestHandle => PointerSize,
            AbiTypeKind.Array => Math.Max(0, resolved.Count) * SizeOf(resolved.Element!, depth + 1),
            AbiTypeKind.Struct or AbiTypeKind.Union => Records[resolved.Name].Size,
            _ => resolved.Bits / 8,
        };

    private string Shape(AbiType type, int depth)
    {
        if (depth > MaxDepth || Resolve(type) is not { } resolved)
            return "?" + type;
        switch (resolved.Kind)
        {
            case AbiTypeKind.Pointer or AbiTypeKind.GuestHandle:
                return "*";
            case AbiTypeKind.Array:
                return "[" + resolved.Count.ToString(CultureInfo.InvariantCulture) + "]" + Shape(resolved.Element!, depth + 1);
            case AbiTypeKind.Struct or AbiTypeKind.Union:
                if (!_shapes.TryGetValue(resolved.Name, out string? shape))
                {
                    // No compiler gives a record that holds itself, but a text file can: it counts as unknown inside itself.
                    _shapes[resolved.Name] = "?" + type;
                    shape = Shape(Records[resolved.Name], depth);
                    _shapes[resolved.Name] = shape;
                }

                return shape;
            default:
                return resolved.ToString();
        }
    }

    private string Shape(AbiRecord record, int depth)
    {
        var text = new StringBuilder(record.Name).Append(record.IsUnion ? " union " : " struct ")
            .Append(record.Size).Append('/').Append(record.Align).Append('{');
        foreach (AbiField field in record.Fields)
        {
            text.Append(field.Name).Append('@').Append(field.BitOffset).Append(':').Append(field.BitWidth)
                .Append(' ').Append(Shape(field.Type, depth + 1)).Append(';');
        }

        return text.Append('}').ToString();
    }
}
