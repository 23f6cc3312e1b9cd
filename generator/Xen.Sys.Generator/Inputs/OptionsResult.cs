using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>The options, and what is wrong with them; a wrong one keeps its default.</summary>
/// <param name="Options">The options.</param>
/// <param name="Errors">The errors.</param>
internal sealed record OptionsResult(GeneratorOptions Options, EquatableArray<DiagnosticInfo> Errors);
