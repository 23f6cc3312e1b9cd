using System.Collections.Generic;

namespace Xen.Store.Conformance.Rows;

/// <summary>Rows that one store goes through from its beginning.</summary>
/// <param name="Name">What they are about.</param>
/// <param name="Rows">The rows.</param>
internal sealed record Scenario(string Name, List<Row> Rows);
