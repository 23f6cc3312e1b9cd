namespace TestSupport;

/// <summary>The daemons of Xen that serve its store: the one in C and the one in OCaml, of two releases.</summary>
internal enum DaemonKind
{
    C417,
    OCaml417,
    C420,
    OCaml420,
}
