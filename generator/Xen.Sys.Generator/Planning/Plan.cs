using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Planning;

/// <summary>All that will be generated, and what is to be reported.</summary>
/// <param name="Files">One plan per file.</param>
/// <param name="Diagnostics">The diagnostics.</param>
internal sealed record Plan(EquatableArray<FilePlan> Files, EquatableArray<DiagnosticInfo> Diagnostics);
