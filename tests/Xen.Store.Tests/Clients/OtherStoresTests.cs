using Xen.Store.Tests.Stores;

namespace Xen.Store.Tests.Clients;

/// <summary>The client and the daemon in OCaml of Xen 4.17.</summary>
public sealed class OCaml417Tests(OCaml417Store store) : StoreClientTests(store), IClassFixture<OCaml417Store>;

/// <summary>The client and the daemon in C of Xen 4.20.</summary>
public sealed class C420Tests(C420Store store) : StoreClientTests(store), IClassFixture<C420Store>;

/// <summary>The client and the daemon in OCaml of Xen 4.20.</summary>
public sealed class OCaml420Tests(OCaml420Store store) : StoreClientTests(store), IClassFixture<OCaml420Store>;

/// <summary>The client and the store in memory.</summary>
public sealed class MemoryTests(MemoryStore store) : StoreClientTests(store), IClassFixture<MemoryStore>;
