namespace Xen.Sys.Generator.Planning;

/// <summary>The type of all guest handles.</summary>
/// <param name="HintName">The file.</param>
/// <param name="Namespace">The namespace.</param>
internal sealed record GuestHandlePlan(string HintName, string Namespace) : FilePlan(HintName, Namespace);
