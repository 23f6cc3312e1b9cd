using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Catalog;

/// <summary>What one release declares on one target, by name. C has one space for tags and one for all else.</summary>
internal sealed class Scope
{
    private const int MaxDepth = 64;
    private readonly Dictionary<string, AbiItem> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AbiTypedef> _typedefs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AbiItem> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (AbiEnum Enum, AbiEnumMember Member)> _enumerators = new(StringComparer.Ordinal);
    private readonly Scope? _outer;

    /// <summary>Indexes a release.</summary>
    /// <param name="release">The release.</param>
    /// <param name="target">The target.</param>
    /// <param name="outer">Where names are looked up that the release does not declare itself.</param>
    public Scope(Release release, string target, Scope? outer = null)
    {
        Release = release;
        Target = target;
        _outer = outer;
        Items = [.. release.Model.Items.Where(item => item.Targets.Contains(target, StringComparer.Ordinal))];
        foreach (AbiItem item in Items)
        {
            switch (item)
            {
                case AbiRecord:
                    _tags.TryAdd(item.Name, item);
                    break;
                case AbiEnum enumeration:
                    _tags.TryAdd(item.Name, item);
                    foreach (AbiEnumMember member in enumeration.Members)
                        _enumerators.TryAdd(member.Name, (enumeration, member));
                    break;
                case AbiTypedef typedef:
                    _typedefs.TryAdd(item.Name, typedef);
                    break;
                default:
                    _values.TryAdd(item.Name, item);
                    break;
            }
        }
    }

    /// <summary>The release.</summary>
    public Release Release { get; }

    /// <summary>The target.</summary>
    public string Target { get; }

    /// <summary>Everything declared, in the order of the metadata.</summary>
    public IReadOnlyList<AbiItem> Items { get; }

    /// <summary>The size of a pointer in bytes.</summary>
    public int PointerSize => Target.EndsWith("64", StringComparison.Ordinal) ? 8 : 4;

    /// <summary>Every name that can be shown.</summary>
    public IEnumerable<string> Names => TypeNames.Concat(_values.Keys).Concat(_enumerators.Keys);

    /// <summary>Every name of a type.</summary>
    public IEnumerable<string> TypeNames => _tags.Keys.Concat(_typedefs.Keys);

    /// <summary>What is declared here under a name; an enumerator is a constant.</summary>
    public IReadOnlyList<AbiItem> Find(string name)
    {
        var found = new List<AbiItem>();
        if (_tags.TryGetValue(name, out AbiItem? tag))
            found.Add(tag);
        if (_typedefs.TryGetValue(name, out AbiTypedef? typedef))
            found.Add(typedef);
        if (_values.TryGetValue(name, out AbiItem? value))
            found.Add(value);
        else if (_enumerators.TryGetValue(name, out var enumerator))
            found.Add(AsConstant(enumerator.Enum, enumerator.Member));
        return found;
    }

    /// <summary>The enumeration that an enumerator belongs to.</summary>
    public AbiEnum? EnumOf(string enumerator) =>
        _enumerators.TryGetValue(enumerator, out var found) && !_values.ContainsKey(enumerator) ? found.Enum : null;

    /// <summary>The record that a type is, also by typedef; null for another type, or if nothing declares it.</summary>
    public AbiRecord? Record(AbiType type)
    {
        AbiType resolved = Resolve(type);
        return resolved.IsRecord ? Tag(resolved.Name) as AbiRecord : null;
    }

    /// <summary>The enumeration that a type is, also by typedef; null for another type, or if nothing declares it.</summary>
    public AbiEnum? Enum(AbiType type)
    {
        AbiType resolved = Resolve(type);
        return resolved.Kind == AbiTypeKind.Enum ? Tag(resolved.Name) as AbiEnum : null;
    }

    /// <summary>What a type stands for; a typedef that nothing declares stays one.</summary>
    public AbiType Resolve(AbiType type)
    {
        for (int i = 0; i < MaxDepth && type.Kind == AbiTypeKind.Typedef && Typedef(type.Name) is { } typedef; i++)
            type = typedef.Type;
        return type;
    }

    /// <summary>Size of a type in bytes, zero for a flexible array; null if it is not known.</summary>
    public long? SizeOf(AbiType type) => SizeOf(type, MaxDepth);

    private long? SizeOf(AbiType type, int depth)
    {
        type = Resolve(type);
        return depth == 0 ? null : type.Kind switch
        {
            AbiTypeKind.Char or AbiTypeKind.Bool or AbiTypeKind.Signed or AbiTypeKind.Unsigned or AbiTypeKind.Float
                or AbiTypeKind.GuestHandle => type.Bits / 8,
            AbiTypeKind.Pointer => PointerSize,
            AbiTypeKind.Array when type.Count < 0 => 0,
            AbiTypeKind.Array => Multiply(type.Count, SizeOf(type.Element!, depth - 1)),
            AbiTypeKind.Struct or AbiTypeKind.Union => Record(type)?.Size,
            AbiTypeKind.Enum => Enum(type) is { } enumeration ? SizeOf(enumeration.Type, depth - 1) : null,
            _ => null,
        };
    }

    private static AbiConstant AsConstant(AbiEnum enumeration, AbiEnumMember member) => new(
        member.Name, enumeration.Header, enumeration.Line, enumeration.Targets,
        AbiType.OfEnumerator(enumeration.Type, member.Value), member.Value);

    private static long? Multiply(long count, long? size) =>
        size is { } known && Math.BigMul(count, known, out long product) == 0 && product >= 0 ? product : null;

    private AbiItem? Tag(string name) => _tags.GetValueOrDefault(name) ?? _outer?.Tag(name);

    private AbiTypedef? Typedef(string name) => _typedefs.GetValueOrDefault(name) ?? _outer?.Typedef(name);
}
