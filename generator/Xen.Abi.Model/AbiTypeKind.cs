namespace Xen.Abi.Model;

/// <summary>The kinds of C type that the metadata can express.</summary>
internal enum AbiTypeKind
{
    /// <summary><c>void</c>; only behind a pointer.</summary>
    Void,

    /// <summary>Plain <c>char</c>, whose sign differs between targets.</summary>
    Char,

    /// <summary><c>_Bool</c>.</summary>
    Bool,

    /// <summary>A signed integer of <see cref="AbiType.Bits"/> bits.</summary>
    Signed,

    /// <summary>An unsigned integer of <see cref="AbiType.Bits"/> bits.</summary>
    Unsigned,

    /// <summary>A binary floating-point number of <see cref="AbiType.Bits"/> bits.</summary>
    Float,

    /// <summary>A pointer to <see cref="AbiType.Element"/>.</summary>
    Pointer,

    /// <summary>A Xen guest handle for <see cref="AbiType.Element"/>.</summary>
    GuestHandle,

    /// <summary>A function; only behind a pointer.</summary>
    Function,

    /// <summary><see cref="AbiType.Count"/> elements of <see cref="AbiType.Element"/>; flexible when negative.</summary>
    Array,

    /// <summary>The structure called <see cref="AbiType.Name"/>.</summary>
    Struct,

    /// <summary>The union called <see cref="AbiType.Name"/>.</summary>
    Union,

    /// <summary>The enumeration called <see cref="AbiType.Name"/>.</summary>
    Enum,

    /// <summary>The typedef called <see cref="AbiType.Name"/>.</summary>
    Typedef,
}
