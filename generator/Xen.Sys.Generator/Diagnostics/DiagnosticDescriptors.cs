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

    /// <summary><c>'foo' differs: own.h:3 of Project 1 is used, and not xen/xen.h:7 of Xen 4.20</c></summary>
    public static readonly DiagnosticDescriptor Ambiguous = new(
        "XENSYS004",
        "Ambiguous Xen name",
        "'{0}' differs: {1} is used, and not {2}",
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

    /// <summary><c>'domid_t' has no type of its own in C#: write ushort</c></summary>
    public static readonly DiagnosticDescriptor Scalar = new(
        "XENSYS011",
        "A scalar needs no type",
        "'{0}' has no type of its own in C#: write {1}",
        Category,
        DiagnosticSeverity.Warning,
        true);

    /// <summary><c>'x.u' and 'x_u' would both be Xen.Abi.x_u</c></summary>
    public static readonly DiagnosticDescriptor SameName = new(
        "XENSYS012",
        "Two types with one name in C#",
        "'{0}' and '{1}' would both be {2}: exclude one of them, or declare one yourself",
        Category,
        DiagnosticSeverity.Error,
        true);
}
