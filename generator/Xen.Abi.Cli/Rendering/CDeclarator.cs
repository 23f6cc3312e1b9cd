using System.Globalization;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Rendering;

/// <summary>Writes types the way C does.</summary>
internal static class CDeclarator
{
    /// <summary>Declares a name, which may be empty, with a type.</summary>
    public static string Declare(AbiType type, string name)
    {
        switch (type.Kind)
        {
            case AbiTypeKind.Pointer:
                return Declare(type.Element!, type.Element!.Kind is AbiTypeKind.Array or AbiTypeKind.Function ? $"(*{name})" : "*" + name);
            case AbiTypeKind.Array:
                string count = type.Count < 0 ? "" : type.Count.ToString(CultureInfo.InvariantCulture);
                return Declare(type.Element!, $"{name}[{count}]");
            case AbiTypeKind.Function:
                return $"void {name}()";
            default:
                return name.Length == 0 ? Specifier(type) : $"{Specifier(type)} {name}";
        }
    }

    private static string Specifier(AbiType type) => type.Kind switch
    {
        AbiTypeKind.Signed => $"int{type.Bits}_t",
        AbiTypeKind.Unsigned => $"uint{type.Bits}_t",
        AbiTypeKind.Float => type.Bits == 32 ? "float" : "double",
        AbiTypeKind.GuestHandle => $"XEN_GUEST_HANDLE({Declare(type.Element!, "")})",
        AbiTypeKind.Typedef => type.Name,
        _ => type.ToString(),
    };
}
