namespace Xen.Sys.Generator.Planning;

/// <summary>One generated file.</summary>
/// <param name="HintName">Its name.</param>
/// <param name="Namespace">The namespace it declares.</param>
internal abstract record FilePlan(string HintName, string Namespace)
{
    /// <summary>Whether its types are visible outside of the project.</summary>
    public bool IsPublic { get; init; }
}
