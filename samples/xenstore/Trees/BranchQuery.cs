namespace Xen.Store.Cli.Trees;

/// <summary>What a listing wants to know of nodes.</summary>
/// <param name="WithValues">Their values.</param>
/// <param name="WithPermissions">Their permissions.</param>
/// <param name="Depth">How many levels; null for all.</param>
internal readonly record struct BranchQuery(bool WithValues, bool WithPermissions, int? Depth);
