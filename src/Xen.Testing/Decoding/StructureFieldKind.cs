namespace Xen.Testing.Decoding;

/// <summary>How the bytes of a field are read.</summary>
internal enum StructureFieldKind
{
    /// <summary>An unsigned number.</summary>
    Unsigned,

    /// <summary>A signed number.</summary>
    Signed,

    /// <summary>An address.</summary>
    Pointer,

    /// <summary>A structure.</summary>
    Structure,
}
