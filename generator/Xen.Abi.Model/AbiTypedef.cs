namespace Xen.Abi.Model;

/// <summary>A typedef that gives a type a second name.</summary>
/// <param name="Name">The new name.</param>
/// <param name="Header">The header, relative to the include directory.</param>
/// <param name="Line">The line in that header.</param>
/// <param name="Targets">The targets that have it in this form.</param>
/// <param name="Type">What it stands for.</param>
internal sealed record AbiTypedef(
    string Name,
    string Header,
    int Line,
    EquatableArray<string> Targets,
    AbiType Type) : AbiItem(Name, Header, Line, Targets);
