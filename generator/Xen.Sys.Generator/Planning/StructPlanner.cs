using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>Plans one structure or union.</summary>
internal sealed class StructPlanner(Scope scope, TargetIndex target, Action<AbiRecord, string> unsupported)
{
    private const int MaxAnonymousDepth = 16;
    private const long MaxInlineArrayBytes = 1 << 20;
    private readonly CSharpTypes _types = new(scope, target);
    private readonly ImmutableArray<MemberPlan>.Builder _members = ImmutableArray.CreateBuilder<MemberPlan>();
    private readonly ImmutableArray<InlineArrayPlan>.Builder _arrays = ImmutableArray.CreateBuilder<InlineArrayPlan>();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private string _owner = "";
    private long _align = 1;

    /// <summary>Plans a record.</summary>
    public StructPlan Plan(AbiRecord record, string hintName, string space, string targets)
    {
        string name = Naming.TypeName(record.Name);
        _names.Add(name.TrimStart('@'));
        _owner = record.Name;
        AddMembers(record, record, 0, 0);
        string summary = (record.IsUnion ? "union " : "struct ") + record.Name + ", " + scope.Index.Origin(record.Header, record.Line) + ": " + Naming.Text(record.Size) + " bytes, alignment " + Naming.Text(record.Align) + ", on " + targets + ".";

        // Flexible arrays and bit-fields in small units align a C structure, but are no fields of that alignment in C#.
        string? filler = _align < record.Align && record.Align <= 8 && record.Size >= record.Align ? BitStorage.TypeOf(record.Align) : null;
        return new StructPlan(
            hintName, space, name, summary, record.Size, Math.Min(record.Align, 128), filler, _members.ToImmutable(), _arrays.ToImmutable());
    }

    /// <summary>Plans a typedef of an array.</summary>
    public ArrayTypePlan? PlanArray(AbiTypedef typedef, string hintName, string space, string targets)
    {
        string name = Naming.TypeName(typedef.Name);
        _names.Add(name.TrimStart('@'));
        if (Element(typedef.Type.Element!, name) is not { } element || typedef.Type.Count <= 0)
            return null;
        string summary = "typedef " + typedef.Name + " = " + CSharpTypes.InC(typedef.Type) + ", "
            + scope.Index.Origin(typedef.Header, typedef.Line) + ", on " + targets + ".";
        return new ArrayTypePlan(
            hintName, space, new InlineArrayPlan(name, summary, element, (int)typedef.Type.Count), _arrays.ToImmutable());
    }

    private void AddMembers(AbiRecord owner, AbiRecord record, long baseBit, int depth)
    {
        foreach (AbiField field in record.Fields)
        {
            if (field.Name.Length > 0)
                AddMember(owner, field, baseBit + field.BitOffset);
            else if (depth < MaxAnonymousDepth && target.Resolve(field.Type) is { IsRecord: true } inner)
                AddMembers(owner, target.Records[inner.Name], baseBit + field.BitOffset, depth + 1);
            else
                unsupported(owner, "an anonymous member is no record");
        }
    }

    private void AddMember(AbiRecord owner, AbiField field, long bit)
    {
        string summary = "Byte " + Naming.Text(bit / 8) + ": " + CSharpTypes.InC(field.Type);
        if (field.IsBitField)
        {
            AddBitField(owner, field, bit, summary + ", " + Naming.Text(field.BitWidth) + (field.BitWidth == 1 ? " bit" : " bits") + " from bit " + Naming.Text(bit % 8) + ".");
            return;
        }

        int offset = (int)(bit / 8);
        AbiType? type = target.Resolve(field.Type);
        if (type is { Kind: AbiTypeKind.Array, Count: <= 0 })
        {
            _members.Add(new FlexibleArrayPlan(Unique(field.Name + "_offset"), CSharpTypes.InC(field.Type), offset, Element(type.Element!, field.Name)));
        }
        else if (type is null)
            unsupported(owner, "the type of '" + field.Name + "' is not known");
        else if (target.SizeOf(type) > 0 && FieldType(owner, field, type) is { } name)
        {
            _align = Math.Max(_align, target.AlignOf(type));
            _members.Add(new FieldPlan(Unique(field.Name), summary + ".", offset, name));
        }
    }

    private string? FieldType(AbiRecord owner, AbiField field, AbiType type)
    {
        if (type.Kind != AbiTypeKind.Array)
            return _types.Simple(field.Type, _owner, asElement: false);
        if (target.SizeOf(type) > MaxInlineArrayBytes)
            unsupported(owner, "the array '" + field.Name + "' is larger than 1 MiB");
        else if (target.ArrayTypedef(field.Type) is { } typedef)
            return _types.ArrayTypedef(typedef);
        else if (AddArray(field.Name, type) is { } array)
            return array;
        return null;
    }

    private string? AddArray(string field, AbiType type)
    {
        if (Element(type.Element!, field) is not { } element)
            return null;
        string name = Unique(field + "_array");
        _arrays.Add(new InlineArrayPlan(name, CSharpTypes.InC(type) + ".", element, (int)type.Count));
        return name;
    }

    private string? Element(AbiType type, string field)
    {
        if (target.Resolve(type) is not { Kind: AbiTypeKind.Array } inner)
            return _types.Simple(type, _owner, asElement: true);
        return target.ArrayTypedef(type) is { } typedef ? _types.ArrayTypedef(typedef) : AddArray(field + "_row", inner);
    }

    private void AddBitField(AbiRecord owner, AbiField field, long bit, string summary)
    {
        if (target.Resolve(field.Type) is not { } type || CSharpTypes.Scalar(type) is not { } name || type.Kind == AbiTypeKind.Float)
        {
            unsupported(owner, "the bit-field '" + field.Name + "' has no integer type");
            return;
        }

        if (BitStorage.Find(bit, field.BitWidth, owner.Size) is not { } storage)
        {
            unsupported(owner, "the bit-field '" + field.Name + "' fits into no unit of at most 8 bytes");
            return;
        }

        _align = Math.Max(_align, storage.Size);
        _members.Add(new BitFieldPlan(
            Unique(field.Name),
            summary,
            name,
            type.Kind == AbiTypeKind.Signed,
            storage.Offset,
            storage.Type,
            (int)(bit - ((long)storage.Offset * 8)),
            field.BitWidth));
    }

    /// <summary>A name that no member has; C# does not allow the name of the type itself either.</summary>
    private string Unique(string name)
    {
        while (name == StructPlan.FillerName || BitFieldPlan.IsStorageName(name) || !_names.Add(name))
            name += "_";
        return Naming.Identifier(name);
    }
}
