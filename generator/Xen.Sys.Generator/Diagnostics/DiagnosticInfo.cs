using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Xen.Abi.Model;

namespace Xen.Sys.Generator.Diagnostics;

/// <summary>A diagnostic by value, carried through the pipeline and reported at its end.</summary>
/// <param name="Descriptor">The rule.</param>
/// <param name="Location">The place; null if there is none.</param>
/// <param name="Arguments">What fills the message.</param>
internal sealed record DiagnosticInfo(
    DiagnosticDescriptor Descriptor, LocationInfo? Location, EquatableArray<string> Arguments)
{
    /// <summary>A failure of the generator itself.</summary>
    public static DiagnosticInfo Internal(System.Exception error) => new(
        DiagnosticDescriptors.InternalError,
        null,
        ImmutableArray.Create((error.GetType().Name + ": " + error.Message + " " + error.StackTrace).Replace("\r", "").Replace("\n", " ")));

    /// <summary>Turns it into what the compiler reports.</summary>
    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        Descriptor,
        Location?.ToLocation() ?? Microsoft.CodeAnalysis.Location.None,
        Arguments.ToArray<object>());
}
