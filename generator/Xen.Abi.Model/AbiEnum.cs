namespace Xen.Abi.Model;

/// <summary>A named enumeration.</summary>
/// <param name="Name">Its tag or typedef name.</param>
/// <param name="Header">The header, relative to the include directory.</param>
/// <param name="Line">The line in that header.</param>
/// <param name="Targets">The targets that have it in this form.</param>
/// <param name="Type">The integer type that stores it.</param>
/// <param name="Members">Its enumerators in order of declaration.</param>
internal sealed record AbiEnum(
    string Name,
    string Header,
    int Line,
    EquatableArray<string> Targets,
    AbiType Type,
    EquatableArray<AbiEnumMember> Members) : AbiItem(Name, Header, Line, Targets);
