using System.Collections.Generic;

namespace Xen.Store.Conformance.Rows;

/// <summary>One thing that happens, and what follows from it.</summary>
/// <param name="Line">Where it stands, for messages.</param>
/// <param name="Action">What happens, as it is written.</param>
/// <param name="Expected">What follows: a reply, and events behind semicolons.</param>
/// <param name="Differences">What follows from it in stores whose names begin so, in the order in which they are written.</param>
internal sealed record Row(int Line, string Action, string Expected, List<(string Kinds, string Expected)> Differences);
