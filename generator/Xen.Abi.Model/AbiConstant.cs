namespace Xen.Abi.Model;

/// <summary>An integer constant: an object-like macro, or an enumerator of an unnamed enumeration.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Header">The header, relative to the include directory.</param>
/// <param name="Line">The line in that header.</param>
/// <param name="Targets">The targets that have it in this form.</param>
/// <param name="Type">The integer type of the C expression.</param>
/// <param name="Value">Its value in decimal.</param>
internal sealed record AbiConstant(
    string Name,
    string Header,
    int Line,
    EquatableArray<string> Targets,
    AbiType Type,
    string Value) : AbiItem(Name, Header, Line, Targets);
