namespace Xen.Abi.Model;

/// <summary>The ABI that one set of headers declares, on all targets.</summary>
/// <param name="Source">Whose headers: <c>xen</c>, <c>linux</c>.</param>
/// <param name="Release">Their release: <c>4.17</c>.</param>
/// <param name="Targets">The targets read, in a fixed order.</param>
/// <param name="Items">Everything declared, ordered by header, line and name.</param>
internal sealed record AbiModel(
    string Source,
    string Release,
    EquatableArray<string> Targets,
    EquatableArray<AbiItem> Items);
