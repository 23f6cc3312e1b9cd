namespace Xen.Sys.Generator.Inputs;

/// <summary>What the project sets.</summary>
/// <param name="AllowUnsafe">Whether it allows unsafe code.</param>
internal sealed record GeneratorOptions(bool AllowUnsafe);
