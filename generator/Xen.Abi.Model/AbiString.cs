namespace Xen.Abi.Model;

/// <summary>An object-like macro that expands to a string literal.</summary>
/// <param name="Name">Its C name.</param>
/// <param name="Header">The header, relative to the include directory.</param>
/// <param name="Line">The line in that header.</param>
/// <param name="Targets">The targets that have it in this form.</param>
/// <param name="Value">The text.</param>
internal sealed record AbiString(
    string Name,
    string Header,
    int Line,
    EquatableArray<string> Targets,
    string Value) : AbiItem(Name, Header, Line, Targets);
