using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Layout;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Rendering;

/// <summary>Shows declarations of any kind in C.</summary>
internal static class ItemText
{
    /// <summary>All that a scope declares under a name, and the record that a typedef of it stands for.</summary>
    public static string Of(Scope scope, string name, bool expand)
    {
        var text = new StringBuilder();
        foreach (AbiItem item in scope.Find(name))
        {
            text.Append(Of(scope, item, expand));
            if (item is AbiTypedef { Type: { IsRecord: true } type } && scope.Record(type) is { } record && record.Name != name)
                text.Append(Of(scope, record, expand));
        }

        return text.ToString();
    }

    private static string Of(Scope scope, AbiItem item, bool expand) => item switch
    {
        AbiRecord record => RecordText.Of(RecordLayout.Of(scope, record, expand)),
        AbiEnum enumeration => Enum(enumeration),
        AbiTypedef typedef => $"typedef {CDeclarator.Declare(typedef.Type, typedef.Name)};{Size(scope, typedef)}\n",
        AbiConstant constant => Constant(scope, constant),
        AbiString literal => $"#define {literal.Name} {AbiTextEscape.Quote(literal.Value)}\n",
        _ => throw new ArgumentException("unknown item " + item.GetType().Name, nameof(item)),
    };

    private static string Size(Scope scope, AbiTypedef typedef) =>
        typedef.Type.IsRecord || scope.SizeOf(typedef.Type) is not { } size ? "" : $"  /* size {size} */";

    private static string Constant(Scope scope, AbiConstant constant)
    {
        string type = CDeclarator.Declare(constant.Type, "");
        string kind = scope.EnumOf(constant.Name) is { } enumeration ? $"{type}, of enum {enumeration.Name}" : type;
        return $"#define {constant.Name} {constant.Value}  /* {Hex(constant.Value, constant.Type)}, {kind} */\n";
    }

    private static string Enum(AbiEnum enumeration)
    {
        var text = new StringBuilder($"enum {enumeration.Name} {{  /* stored as {CDeclarator.Declare(enumeration.Type, "")} */\n");
        int width = enumeration.Members.Select(static member => member.Name.Length).DefaultIfEmpty(0).Max();
        foreach (AbiEnumMember member in enumeration.Members)
            text.Append("    ").Append(member.Name.PadRight(width)).Append(" = ").Append(member.Value).Append(",\n");
        return text.Append("};\n").ToString();
    }

    /// <summary>A decimal value as the bits of its type.</summary>
    public static string Hex(string value, AbiType type)
    {
        ulong bits = value.StartsWith('-')
            ? unchecked((ulong)long.Parse(value, CultureInfo.InvariantCulture))
            : ulong.Parse(value, CultureInfo.InvariantCulture);
        return "0x" + (type.Bits == 64 ? bits : bits & ((1UL << type.Bits) - 1)).ToString("x", CultureInfo.InvariantCulture);
    }
}
