using System.Collections.Generic;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>The C# types of C types, as seen from one target.</summary>
internal sealed class CSharpTypes(Scope scope, TargetIndex target)
{
    /// <summary>The full name of a typedef of an array.</summary>
    public string ArrayTypedef(string name) => scope.ArrayTypedef(name, target);

    /// <summary>The type of a scalar, pointer, handle or record; null for what has no size or is not known.</summary>
    /// <param name="type">The C type.</param>
    /// <param name="owner">The record that holds it.</param>
    /// <param name="asElement">Whether it is an element of an array.</param>
    public string? Simple(AbiType type, string owner, bool asElement)
    {
        if (target.EnumOf(type) is { } enumeration)
            return scope.Enum(enumeration, target);
        if (target.Resolve(type) is not { } resolved || target.SizeOf(resolved) == 0)
            return null;
        return resolved.Kind switch
        {
            AbiTypeKind.Struct or AbiTypeKind.Union => scope.Record(resolved.Name, target),
            AbiTypeKind.GuestHandle => scope.GuestHandle + "<" + HandleElement(resolved.Element!, owner) + ">",

            // An inline array cannot hold pointers; nint has the same size.
            AbiTypeKind.Pointer => asElement ? "nint" : "void*",
            AbiTypeKind.Array => null,
            _ => Scalar(resolved),
        };
    }

    /// <summary>The type of a scalar; <c>char</c> and <c>_Bool</c> become bytes, to stay blittable.</summary>
    public static string? Scalar(AbiType type) => (type.Kind, type.Bits) switch
    {
        (AbiTypeKind.Char or AbiTypeKind.Bool, _) => "byte",
        (AbiTypeKind.Unsigned, 8) => "byte",
        (AbiTypeKind.Unsigned, 16) => "ushort",
        (AbiTypeKind.Unsigned, 32) => "uint",
        (AbiTypeKind.Unsigned, 64) => "ulong",
        (AbiTypeKind.Signed, 8) => "sbyte",
        (AbiTypeKind.Signed, 16) => "short",
        (AbiTypeKind.Signed, 32) => "int",
        (AbiTypeKind.Signed, 64) => "long",
        (AbiTypeKind.Float, 32) => "float",
        (AbiTypeKind.Float, 64) => "double",
        _ => null,
    };

    /// <summary>The C spelling of a type, for doc comments.</summary>
    public static string InC(AbiType type) => type.Kind switch
    {
        AbiTypeKind.Unsigned => "uint" + Naming.Text(type.Bits) + "_t",
        AbiTypeKind.Signed => "int" + Naming.Text(type.Bits) + "_t",
        AbiTypeKind.Float => type.Bits == 32 ? "float" : "double",
        AbiTypeKind.Pointer => InC(type.Element!) + " *",
        AbiTypeKind.GuestHandle => "XEN_GUEST_HANDLE(" + InC(type.Element!) + ")",
        AbiTypeKind.Array => InC(type.Element!) + "[" + (type.Count < 0 ? "" : Naming.Text(type.Count)) + "]",
        AbiTypeKind.Typedef => type.Name,
        _ => type.ToString(),
    };

    /// <summary>
    /// What a handle points to; bytes where C# cannot say: void, another array, a record that differs between targets
    /// while its owner does not, and one that leads back to the owner.
    /// </summary>
    private string HandleElement(AbiType element, string owner)
    {
        if (target.EnumOf(element) is null && target.Resolve(element) is { IsRecord: true } record)
        {
            bool differs = scope.Index.IsCommonRecord(owner) && !scope.Index.IsCommonRecord(record.Name);
            if (differs || target.SizeOf(record) == 0 || LeadsTo(record.Name, owner, []))
                return "byte";
        }
        else if (target.Resolve(element) is { Kind: AbiTypeKind.GuestHandle or AbiTypeKind.Pointer })
        {
            return "nint";
        }

        return Simple(element, owner, asElement: true) ?? "byte";
    }

    private bool LeadsTo(string from, string to, HashSet<string> seen)
    {
        if (from == to)
            return true;
        if (!seen.Add(from) || !target.Records.TryGetValue(from, out AbiRecord? record))
            return false;
        foreach (AbiField field in record.Fields)
        {
            AbiType? type = target.Resolve(field.Type);
            while (type is { Kind: AbiTypeKind.Array or AbiTypeKind.GuestHandle })
                type = target.Resolve(type.Element!);
            if (type is { IsRecord: true } && LeadsTo(type.Name, to, seen))
                return true;
        }

        return false;
    }
}
