namespace Xen.Abi.Model;

/// <summary>A structure or union with the layout that the compiler gave it.</summary>
/// <param name="Name">Tag, typedef name, or path below the parent.</param>
/// <param name="Header">The header, relative to the include directory.</param>
/// <param name="Line">The line in that header.</param>
/// <param name="Targets">The targets that have it in this form.</param>
/// <param name="IsUnion">Whether it is a union.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Align">Alignment in bytes.</param>
/// <param name="Fields">Members in order of declaration, without unnamed bit-fields.</param>
internal sealed record AbiRecord(
    string Name,
    string Header,
    int Line,
    EquatableArray<string> Targets,
    bool IsUnion,
    int Size,
    int Align,
    EquatableArray<AbiField> Fields) : AbiItem(Name, Header, Line, Targets);
