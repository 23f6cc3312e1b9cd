namespace Xen.Sys.Generator.Planning;

/// <summary>A member of a structure.</summary>
/// <param name="Name">Its C# name.</param>
/// <param name="Summary">The text of its doc comment.</param>
internal abstract record MemberPlan(string Name, string Summary);
