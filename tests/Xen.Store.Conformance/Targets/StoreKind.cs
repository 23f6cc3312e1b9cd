namespace Xen.Store.Conformance.Targets;

/// <summary>The stores that the rows are held against.</summary>
public enum StoreKind
{
    Memory,
    C417,
    OCaml417,
    C420,
    OCaml420,
}
