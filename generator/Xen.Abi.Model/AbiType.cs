using System.Globalization;

namespace Xen.Abi.Model;

/// <summary>A C type, with integers reduced to sign and width, so that equal layouts compare equal across targets.</summary>
internal sealed record AbiType
{
    private AbiType(AbiTypeKind kind, int bits = 0, long count = 0, string name = "", AbiType? element = null)
    {
        Kind = kind;
        Bits = bits;
        Count = count;
        Name = name;
        Element = element;
    }

    /// <summary><c>void</c>.</summary>
    public static AbiType Void { get; } = new(AbiTypeKind.Void);

    /// <summary>Plain <c>char</c>.</summary>
    public static AbiType Char { get; } = new(AbiTypeKind.Char, bits: 8);

    /// <summary><c>_Bool</c>.</summary>
    public static AbiType Bool { get; } = new(AbiTypeKind.Bool, bits: 8);

    /// <summary><c>int</c>, the type of most constants.</summary>
    public static AbiType Int { get; } = Integer(signed: true, bits: 32);

    /// <summary>A function.</summary>
    public static AbiType Function { get; } = new(AbiTypeKind.Function);

    /// <summary>What kind of type this is.</summary>
    public AbiTypeKind Kind { get; }

    /// <summary>Width of a scalar or guest handle, in bits.</summary>
    public int Bits { get; }

    /// <summary>Number of elements of an array; negative for a flexible one.</summary>
    public long Count { get; }

    /// <summary>Name of a record, enumeration or typedef.</summary>
    public string Name { get; }

    /// <summary>Element of an array, or what a pointer or guest handle points to.</summary>
    public AbiType? Element { get; }

    /// <summary>Whether this names a structure or a union.</summary>
    public bool IsRecord => Kind is AbiTypeKind.Struct or AbiTypeKind.Union;

    /// <summary>An integer of the given sign and width.</summary>
    public static AbiType Integer(bool signed, int bits) =>
        new(signed ? AbiTypeKind.Signed : AbiTypeKind.Unsigned, bits);

    /// <summary>The type of an enumerator, which in C is an int if the value fits, whatever stores the enumeration.</summary>
    public static AbiType OfEnumerator(AbiType stored, string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? Int
            : stored;

    /// <summary>A floating-point number.</summary>
    public static AbiType Float(int bits) => new(AbiTypeKind.Float, bits);

    /// <summary>A pointer to <paramref name="element"/>.</summary>
    public static AbiType Pointer(AbiType element) => new(AbiTypeKind.Pointer, element: element);

    /// <summary>A Xen guest handle for <paramref name="element"/>, of 64 bits or (some on i386) 32.</summary>
    public static AbiType GuestHandle(AbiType element, int bits = 64) => new(AbiTypeKind.GuestHandle, bits, element: element);

    /// <summary>An array; a negative count makes it flexible.</summary>
    public static AbiType Array(long count, AbiType element) =>
        new(AbiTypeKind.Array, count: count < 0 ? -1 : count, element: element);

    /// <summary>A reference by name to a record, an enumeration or a typedef.</summary>
    public static AbiType Named(AbiTypeKind kind, string name) => new(kind, name: name);

    /// <summary>The scalar that the metadata writes so: <c>u8</c> to <c>u64</c>, <c>i8</c> to <c>i64</c>, <c>f32</c>, <c>f64</c>.</summary>
    public static AbiType? TryScalar(string word)
    {
        if (word.Length is < 2 or > 3)
            return null;
        int bits = word.Substring(1) switch
        {
            "8" => 8,
            "16" => 16,
            "32" => 32,
            "64" => 64,
            _ => 0,
        };
        return (word[0], bits) switch
        {
            (_, 0) => null,
            ('u', _) => Integer(signed: false, bits),
            ('i', _) => Integer(signed: true, bits),
            ('f', >= 32) => Float(bits),
            _ => null,
        };
    }

    /// <summary>The type as written in the metadata.</summary>
    public override string ToString() => Kind switch
    {
        AbiTypeKind.Void => "void",
        AbiTypeKind.Char => "char",
        AbiTypeKind.Bool => "_Bool",
        AbiTypeKind.Signed => "i" + Bits.ToString(CultureInfo.InvariantCulture),
        AbiTypeKind.Unsigned => "u" + Bits.ToString(CultureInfo.InvariantCulture),
        AbiTypeKind.Float => "f" + Bits.ToString(CultureInfo.InvariantCulture),
        AbiTypeKind.Pointer => "* " + Element,
        AbiTypeKind.GuestHandle => (Bits == 32 ? "&32 " : "& ") + Element,
        AbiTypeKind.Function => "()",
        AbiTypeKind.Array when Count < 0 => "[] " + Element,
        AbiTypeKind.Array => "[" + Count.ToString(CultureInfo.InvariantCulture) + "] " + Element,
        AbiTypeKind.Struct => "struct " + Name,
        AbiTypeKind.Union => "union " + Name,
        AbiTypeKind.Enum => "enum " + Name,
        _ => TryScalar(Name) is null ? Name : "typedef " + Name,
    };
}
