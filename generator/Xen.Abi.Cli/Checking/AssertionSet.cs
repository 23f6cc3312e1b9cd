using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Rendering;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Checking;

/// <summary>All that a release says about a target, in a form that a compiler can confirm.</summary>
internal sealed class AssertionSet
{
    private readonly Scope _scope;
    private readonly CNames _names;
    private readonly List<Assertion> _assertions = [];
    private readonly List<BitProbe> _bits = [];
    private readonly List<Unchecked> _unchecked = [];

    /// <summary>Collects the assertions.</summary>
    public AssertionSet(Scope scope, IReadOnlySet<string> withoutTag)
    {
        _scope = scope;
        _names = new CNames(scope, withoutTag);
        foreach (AbiItem item in scope.Items)
            Add(item);
    }

    /// <summary>What is asserted.</summary>
    public IReadOnlyList<Assertion> Assertions => _assertions;

    /// <summary>The bit-fields.</summary>
    public IReadOnlyList<BitProbe> Bits => _bits;

    /// <summary>What cannot be checked.</summary>
    public IReadOnlyList<Unchecked> Unchecked => _unchecked;

    private void Add(AbiItem item)
    {
        switch (item)
        {
            case AbiRecord record when !CNames.IsAnonymous(record):
                string type = _names.Of(record);
                Number(record, "", "size", $"sizeof({type})", record.Size);
                Number(record, "", "alignment", $"_Alignof({type})", record.Align);
                AddFields(record, type, 0);
                break;
            case AbiEnum enumeration:
                AddEnum(enumeration, _names.Of(enumeration));
                break;
            case AbiTypedef typedef:
                AddType(typedef, "", $"(*({typedef.Name} *)0)", typedef.Type);
                break;
            case AbiConstant constant:
                string name = constant.Name;
                _assertions.Add(new Assertion(constant, "", "value", $"({name})", constant.Value));
                Number(constant, "", "size", $"sizeof(({name}))", constant.Type.Bits / 8);
                Sign(constant, "", $"({name})", constant.Type);
                break;
            case AbiString literal:
                string text = CText.Quote(literal.Value);
                Number(literal, "", "length with its end", $"sizeof({literal.Name})", CText.ByteCount(literal.Value) + 1);
                Holds(literal, "", "text", $"__builtin_strcmp({literal.Name}, {text}) == 0", text);
                break;
        }
    }

    /// <summary>The members of a record, and those of the anonymous ones in it, which C reaches through the record.</summary>
    private void AddFields(AbiRecord record, string type, long start)
    {
        foreach (AbiField field in record.Fields)
        {
            string access = $"(*({type} *)0).{field.Name}";
            if (field.Name.Length == 0)
            {
                AddAnonymous(record, field, type, start);
            }
            else if (field.IsBitField)
            {
                _bits.Add(new BitProbe(record, field, type, start + field.BitOffset));
                _unchecked.Add(new Unchecked(record, field.Name, Limit.BitFieldType));
            }
            else
            {
                Number(record, field.Name, "offset", $"__builtin_offsetof({type}, {field.Name})", (start + field.BitOffset) / 8);
                AddType(record, field.Name, access, field.Type);
            }
        }
    }

    /// <summary>C cannot name an anonymous record; one that is made of its members has the same size and alignment.</summary>
    private void AddAnonymous(AbiRecord parent, AbiField field, string type, long start)
    {
        if (_scope.Record(field.Type) is not { } record)
        {
            _unchecked.Add(new Unchecked(parent, field.Type.ToString(), Limit.Undefined));
            return;
        }

        string twin = Twin(record, type);
        Number(record, "", "size", $"sizeof({twin})", record.Size);
        Number(record, "", "alignment", $"_Alignof({twin})", record.Align);
        AddFields(record, type, start + field.BitOffset);
    }

    /// <summary>A record like an anonymous one. The type of an expression does not keep an alignment, so that is asked for apart.</summary>
    private string Twin(AbiRecord record, string type)
    {
        IEnumerable<string> members = record.Fields.Select(field =>
            field.Name.Length == 0 ? (_scope.Record(field.Type) is { } nested ? Twin(nested, type) : "int") + ";"
            : field.IsBitField ? $"{CDeclarator.Declare(field.Type, field.Name)} : {field.BitWidth};"
            : $"__typeof__((*({type} *)0).{field.Name}) {field.Name} __attribute__((aligned(_Alignof((*({type} *)0).{field.Name}))));");
        return $"{ItemKind.Of(record)} {{ {string.Join(' ', members)} }}";
    }

    private void AddEnum(AbiEnum enumeration, string type)
    {
        Number(enumeration, "", "size", $"sizeof({type})", enumeration.Type.Bits / 8);
        Sign(enumeration, "", $"({type})0", enumeration.Type);
        foreach (AbiEnumMember member in enumeration.Members)
            _assertions.Add(new Assertion(enumeration, member.Name, "value", $"({member.Name})", member.Value));
    }

    /// <summary>What an expression of a type must fulfil.</summary>
    private void AddType(AbiItem item, string member, string access, AbiType type)
    {
        bool flexible = type.Kind == AbiTypeKind.Array && type.Count < 0;
        if (_scope.SizeOf(type) is not { } size)
            _unchecked.Add(new Unchecked(item, member, Limit.Undefined));
        else if (!flexible)
            Number(item, member, "size", $"sizeof({access})", size);
        switch (type.Kind)
        {
            case AbiTypeKind.Signed or AbiTypeKind.Unsigned:
                Sign(item, member, access, type);
                break;
            case AbiTypeKind.Char or AbiTypeKind.Bool:
                Holds(item, member, "type", $"_Generic(({access}), {type}: 1, default: 0)", type.ToString());
                break;
            case AbiTypeKind.Float:
                Holds(item, member, "type", $"_Generic(({access}), {CDeclarator.Declare(type, "")}: 1, default: 0)", type.ToString());
                break;
            case AbiTypeKind.Struct or AbiTypeKind.Union or AbiTypeKind.Enum:
                AbiItem? declared = type.Kind == AbiTypeKind.Enum ? _scope.Enum(type) : _scope.Record(type);
                if (declared is not null)
                    Same(item, member, access, _names.Of(declared), type);
                break;
            case AbiTypeKind.Typedef:
                Same(item, member, access, type.Name, type);
                break;
            case AbiTypeKind.Array:
                AddArray(item, member, access, type, size: _scope.SizeOf(type.Element!));
                break;
            case AbiTypeKind.Pointer:
                AddPointer(item, member, access, type.Element!);
                break;
            case AbiTypeKind.GuestHandle:
                AddPointer(item, member, $"({access}).p", type.Element!);
                break;
        }
    }

    private void AddArray(AbiItem item, string member, string access, AbiType type, long? size)
    {
        if (type.Count >= 0 && size > 0)
            Number(item, member, "number of elements", $"sizeof({access}) / sizeof(({access})[0])", type.Count);
        AddType(item, member + "[]", $"({access})[0]", type.Element!);
    }

    private void AddPointer(AbiItem item, string member, string access, AbiType element)
    {
        const int PointerClass = 5;
        Holds(item, member, "type", $"__builtin_classify_type({access}) == {PointerClass}", "a pointer");
        if (_scope.SizeOf(element) is { } size and > 0)
            Number(item, member, "size of what is pointed to", $"sizeof(*({access}))", size);
    }

    private void Sign(AbiItem item, string member, string access, AbiType type)
    {
        bool signed = type.Kind == AbiTypeKind.Signed;
        Holds(item, member, "sign", $"((__typeof__({access}))-1 < 0) == {(signed ? 1 : 0)}", signed ? "signed" : "unsigned");
    }

    private void Same(AbiItem item, string member, string access, string c, AbiType type) =>
        Holds(item, member, "type", $"__builtin_types_compatible_p(__typeof__({access}), {c})", type.ToString());

    private void Holds(AbiItem item, string member, string what, string condition, string meaning) =>
        _assertions.Add(Assertion.Holds(item, member, what, condition, meaning));

    private void Number(AbiItem item, string member, string what, string expression, long value) =>
        _assertions.Add(new Assertion(item, member, what, expression, value.ToString(CultureInfo.InvariantCulture)));
}
