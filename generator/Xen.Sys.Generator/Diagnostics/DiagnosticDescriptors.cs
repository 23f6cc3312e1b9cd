using Microsoft.CodeAnalysis;

namespace Xen.Sys.Generator.Diagnostics;

/// <summary>The rules of the generator; <c>docs/rules</c> has a page about each.</summary>
internal static class DiagnosticDescriptors
{
    private const string Category = "Xen.Sys";

    /// <summary><c>'ioreg' is in no Xen metadata. Did you mean 'ioreq'?</c></summary>
    public static readonly DiagnosticDescriptor NotFound = new(
        "XENSYS001",
        "Unknown Xen name",
        "'{0}' is in no {1}{2}",
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

    /// <summary><c>XenSys.json: there is no option 'nmespace'</c></summary>
    public static readonly DiagnosticDescriptor BadOption = new(
        "XENSYS005",
        "Bad option",
        "XenSys.json: {0}",
        Category,
        DiagnosticSeverity.Error,
        true);

    /// <summary><c>The layout of 'vcpu_info' differs between targets: ... Xen.Abi.X86_64 and Xen.Abi.Arm64</c></summary>
    public static readonly DiagnosticDescriptor ArchitectureSpecific = new(
        "XENSYS006",
        "Architecture-specific Xen name",
        "'{0}' differs between targets and is generated in {1}: name the architectures in XenSys.json to say that you mean it",
        Category,
        DiagnosticSeverity.Warning,
        true);

    /// <summary><c>There is no metadata of release 4.16; there are xen 4.14, xen 4.17</c></summary>
    public static readonly DiagnosticDescriptor UnknownRelease = new(
        "XENSYS007",
        "Unknown release",
        "There is no metadata of release '{0}'; there is {1}",
        Category,
        DiagnosticSeverity.Error,
        true);

    /// <summary><c>The metadata cannot be read: line 3: ...</c></summary>
    public static readonly DiagnosticDescriptor BadMetadata = new(
        "XENSYS008",
        "Unreadable Xen metadata",
        "The metadata cannot be read: {0}",
        Category,
        DiagnosticSeverity.Error,
        true);

    /// <summary><c>The file asks for nothing</c></summary>
    public static readonly DiagnosticDescriptor NothingRequested = new(
        "XENSYS009",
        "Nothing requested",
        "The file asks for nothing: write one name per line, IOREQ_* or hvm/ioreq.h for instance",
        Category,
        DiagnosticSeverity.Warning,
        true);

    /// <summary><c>The generator failed: NullReferenceException ...</c></summary>
    public static readonly DiagnosticDescriptor InternalError = new(
        "XENSYS010",
        "Internal error of the generator",
        "The generator failed; please report it with your XenApis.txt: {0}",
        Category,
        DiagnosticSeverity.Error,
        true);
}
