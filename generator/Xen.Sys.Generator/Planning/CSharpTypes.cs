using Xen.Abi.Model;

namespace Xen.Sys.Generator.Planning;

/// <summary>The C# types of C types, as seen from one target.</summary>
internal sealed class CSharpTypes(AbiIndex index, TargetIndex target)
{
    /// <summary>The full name of a record.</summary>
    public string Record(string name) =>
        "global::" + Naming.Namespace(index.IsCommonRecord(name) ? null : target.Target) + "." + Naming.TypeName(name);

    /// <summary>The full name of a typedef of an array.</summary>
    public string ArrayTypedef(string name) =>
        "global::" + Naming.Namespace(index.IsCommonTypedef(name) ? null : target.Target) + "." + Naming.TypeName(name);

    /// <summary>The type of a scalar, pointer or record; null for what has no size or is not known.</summary>
    public string? Simple(AbiType type, bool asElement)
    {
        if (target.Resolve(type) is not { } resolved || target.SizeOf(resolved) == 0)
            return null;
        return resolved.Kind switch
        {
            AbiTypeKind.Struct or AbiTypeKind.Union => Record(resolved.Name),

            // An inline array cannot hold pointers; nint has the same size.
            AbiTypeKind.Pointer or AbiTypeKind.GuestHandle => asElement ? "nint" : "void*",
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
        _ => type.ToString(),
    };
}
