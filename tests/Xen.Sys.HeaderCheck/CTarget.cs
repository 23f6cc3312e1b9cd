using System.Collections.Generic;

namespace Xen.Sys.HeaderCheck;

/// <summary>A target and its compiler.</summary>
/// <param name="Name">Its name in the metadata.</param>
/// <param name="Namespace">The namespace of what it has alone.</param>
internal sealed record CTarget(string Name, string Namespace)
{
    /// <summary>The targets that Xen.Sys describes.</summary>
    public static IReadOnlyList<CTarget> All { get; } = [new("x86_64", "Xen.Sys.X86_64"), new("aarch64", "Xen.Sys.Arm64")];

    /// <summary>The C compiler.</summary>
    public string Compiler => Name + "-linux-gnu-gcc";
}
