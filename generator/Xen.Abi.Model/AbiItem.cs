namespace Xen.Abi.Model;

/// <summary>Something that a header declares, for one or more targets.</summary>
/// <param name="Name">Its C name; a nested record is <c>parent.member</c>, an anonymous one <c>parent.@0</c>.</param>
/// <param name="Header">The header, relative to the include directory.</param>
/// <param name="Line">The line in that header.</param>
/// <param name="Targets">The targets that have it in this form.</param>
internal abstract record AbiItem(string Name, string Header, int Line, EquatableArray<string> Targets);
