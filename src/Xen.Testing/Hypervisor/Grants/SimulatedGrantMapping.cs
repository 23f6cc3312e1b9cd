using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>A grant that a domain maps.</summary>
/// <param name="Granter">The domain that grants it; null for the control domain.</param>
/// <param name="Reference">The entry of that domain's table.</param>
/// <param name="Frame">The page, held.</param>
/// <param name="IsReadOnly">It is mapped for reading.</param>
internal readonly record struct SimulatedGrantMapping(
    SimulatedDomain? Granter, GrantReference Reference, int Frame, bool IsReadOnly);
