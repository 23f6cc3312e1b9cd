namespace Xen.Sys.Generator.Planning;

/// <summary>A constant.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Type">Its C# type.</param>
/// <param name="Literal">Its value as a C# literal.</param>
internal sealed record ConstantPlan(string Name, string Summary, string Type, string Literal);
