using System.Collections.Generic;

namespace Xen.Testing.Store.Machine;

/// <summary>What follows from a request, or from what happens to a domain.</summary>
/// <param name="State">The store afterwards. Connections that it has no more are at their end.</param>
/// <param name="Outputs">What is sent, in this order.</param>
public readonly record struct StoreOutcome(StoreState State, IReadOnlyList<StoreOutput> Outputs);
