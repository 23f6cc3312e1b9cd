using System;
using System.Collections.Immutable;
using System.Threading;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;

namespace Xen.Sys.Generator.Inputs;

/// <summary>What a metadata file gave: a model or an error.</summary>
/// <param name="Model">The model; null if the file cannot be read.</param>
/// <param name="Error">The error; null if there is none.</param>
internal sealed record AbiModelResult(AbiModel? Model, DiagnosticInfo? Error)
{
    /// <summary>Reads a metadata file.</summary>
    public static AbiModelResult Read(HeaderText header, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return new AbiModelResult(AbiTextReader.Read(header.Text), null);
        }
        catch (AbiFormatException error)
        {
            var place = new LocationInfo(header.Path, Math.Max(0, error.Line - 1), 0, 0, 0);
            return new AbiModelResult(
                null, new DiagnosticInfo(DiagnosticDescriptors.BadMetadata, place, ImmutableArray.Create(error.Message)));
        }
    }
}
