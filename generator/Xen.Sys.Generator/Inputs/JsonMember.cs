using System.Collections.Generic;

namespace Xen.Sys.Generator.Inputs;

/// <summary>One member of the options: a text or a list of texts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">Where its name starts.</param>
/// <param name="Text">The text; null for a list.</param>
/// <param name="Elements">The list; null for a text.</param>
internal sealed record JsonMember(string Name, int Position, string? Text, List<string>? Elements);
