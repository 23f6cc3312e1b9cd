namespace Xen.Sys.Generator.Planning;

/// <summary>A flexible array, of which only the offset is known.</summary>
/// <param name="Name">The name of the constant.</param>
/// <param name="Summary">The text of its doc comment.</param>
/// <param name="Offset">Offset in bytes.</param>
internal sealed record OffsetPlan(string Name, string Summary, int Offset) : MemberPlan(Name, Summary);
