using System.Collections.Immutable;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>What the project sets, in <c>XenSys.json</c> and in its own file.</summary>
internal sealed record GeneratorOptions
{
    /// <summary>The namespace of what is equal on all targets; the others are below it.</summary>
    public string Namespace { get; init; } = "Xen.Abi";

    /// <summary>The class that holds the constants, once per namespace.</summary>
    public string ConstantsClass { get; init; } = "AbiConstants";

    /// <summary>Whether the generated types are visible outside of the project.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The release that names without one come from; null for the newest.</summary>
    public string? Release { get; init; }

    /// <summary>Where that is said.</summary>
    public LocationInfo? ReleasePlace { get; init; }

    /// <summary>The targets to generate for, as the metadata calls them.</summary>
    public EquatableArray<string> Targets { get; init; } = ImmutableArray.Create("x86_64", "aarch64");

    /// <summary>Whether the project says which targets it means, so that nothing needs to be said about differences.</summary>
    public bool TargetsAreChosen { get; init; }

    /// <summary>Whether the project allows unsafe code.</summary>
    public bool AllowUnsafe { get; init; }
}
