namespace Xen.Sys.Generator.Planning;

/// <summary>An array type nested in a structure.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="ElementType">The C# type of an element.</param>
/// <param name="Length">The number of elements.</param>
internal sealed record InlineArrayPlan(string Name, string Summary, string ElementType, int Length);
