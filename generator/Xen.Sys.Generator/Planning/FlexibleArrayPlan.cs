namespace Xen.Sys.Generator.Planning;

/// <summary>A flexible array: its offset, and access to the elements behind the structure.</summary>
/// <param name="Name">Its C# name, of the constant and of the method.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Offset">Offset in bytes.</param>
/// <param name="ElementType">The C# type of an element; null if it has none.</param>
internal sealed record FlexibleArrayPlan(string Name, string Summary, int Offset, string? ElementType) : MemberPlan(Name, Summary);
