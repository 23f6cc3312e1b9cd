namespace Xen.Sys.Generator.Planning;

/// <summary>An ordinary field.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Offset">Offset in bytes.</param>
/// <param name="Type">Its C# type.</param>
internal sealed record FieldPlan(string Name, string Summary, int Offset, string Type) : MemberPlan(Name, Summary);
