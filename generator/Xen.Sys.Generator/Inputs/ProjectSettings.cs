using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Sys.Generator.Inputs;

/// <summary>What the compilation says about the project.</summary>
/// <param name="AllowUnsafe">Whether it allows unsafe code.</param>
/// <param name="Target">The target of its platform, as the metadata calls it; null under AnyCPU.</param>
internal sealed record ProjectSettings(bool AllowUnsafe, string? Target)
{
    /// <summary>Reads the settings.</summary>
    public static ProjectSettings Of(Compilation compilation) => new(
        compilation.Options is CSharpCompilationOptions { AllowUnsafe: true },
        compilation.Options.Platform switch
        {
            Platform.X64 => "x86_64",
            Platform.Arm64 => "aarch64",
            _ => null,
        });
}
