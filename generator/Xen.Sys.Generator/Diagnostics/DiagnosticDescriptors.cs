using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Diagnostics;

/// <summary>The rules of the generator; <c>generator/README.md</c> says what to do about each.</summary>
internal static class DiagnosticDescriptors
{
    private const string Category = "Xen.Sys";

    /// <summary><c>'ioreg' is in no Xen metadata. Did you mean 'ioreq'?</c></summary>
    public static readonly DiagnosticDescriptor NotFound = new(
        "XENSYS001",
        "Unknown Xen name",
        "'{0}' is in no Xen metadata{1}",
        Category,
        DiagnosticSeverity.Error,
        true);

    /// <summary><c>Generated Xen types need AllowUnsafeBlocks</c></summary>
    public static readonly DiagnosticDescriptor UnsafeOff = new(
        "XENSYS002",
        "Unsafe code is not allowed",
        "Generated Xen types hold pointers: set AllowUnsafeBlocks to true in the project",
        Category,
        DiagnosticSeverity.Error,
        true);

    /// <summary><c>'foo' (xen/foo.h:12) cannot be expressed: a bit-field spans more than 8 bytes</c></summary>
    public static readonly DiagnosticDescriptor Unsupported = new(
        "XENSYS003",
        "Unsupported C construct",
        "'{0}' ({1}) cannot be expressed in C#: {2}",
        Category,
        DiagnosticSeverity.Warning,
        true);

    /// <summary><c>'FOO' differs between two metadata files; the first one is used</c></summary>
    public static readonly DiagnosticDescriptor Ambiguous = new(
        "XENSYS004",
        "Ambiguous Xen name",
        "'{0}' differs between two metadata files; the first one is used",
        Category,
        DiagnosticSeverity.Warning,
        true);

    /// <summary><c>'vcpu_info' differs between targets and is generated in Xen.Sys.X86_64, Xen.Sys.Arm64</c></summary>
    public static readonly DiagnosticDescriptor ArchitectureSpecific = new(
        "XENSYS006",
        "Architecture-specific Xen name",
        "'{0}' differs between targets and is generated in {1}",
        Category,
        DiagnosticSeverity.Info,
        true);

    /// <summary><c>The metadata cannot be read: line 3: ...</c></summary>
    public static readonly DiagnosticDescriptor BadMetadata = new(
        "XENSYS008",
        "Unreadable Xen metadata",
        "The metadata cannot be read: {0}",
        Category,
        DiagnosticSeverity.Error,
        true);
}
