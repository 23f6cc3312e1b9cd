using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Xen.Abi.Model;
using Xen.Sys.Generator.Diagnostics;
using Xen.Sys.Generator.Inputs;

namespace Xen.Sys.Generator.Planning;

/// <summary>Decides what is generated: the requested names, and all that they hold by value or by guest handle.</summary>
internal static class Planner
{
    /// <summary>Plans everything. Whatever happens, it answers with a plan.</summary>
    public static Plan Plan(
        EquatableArray<AbiModelResult> models,
        EquatableArray<ApiRequestFile> files,
        OptionsResult options,
        EquatableArray<string> userTypes,
        CancellationToken cancellation)
    {
        var diagnostics = new List<DiagnosticInfo>();
        try
        {
            List<FilePlan> plans = PlanFiles(models, files, options, userTypes, diagnostics, cancellation);
            ImmutableArray<FilePlan> visible = plans
                .Select(plan => options.Options.IsPublic ? plan with { IsPublic = true } : plan).ToImmutableArray();
            return new Plan(visible, diagnostics.Distinct().ToImmutableArray());
        }
#pragma warning disable CA1031 // a failure here must not take the compiler down: it becomes a diagnostic
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            diagnostics.Add(DiagnosticInfo.Internal(error));
            return new Plan(default, diagnostics.Distinct().ToImmutableArray());
        }
    }

    private static List<FilePlan> PlanFiles(
        EquatableArray<AbiModelResult> results,
        EquatableArray<ApiRequestFile> files,
        OptionsResult options,
        EquatableArray<string> userTypes,
        List<DiagnosticInfo> diagnostics,
        CancellationToken cancellation)
    {
        if (files.Count == 0)
            return [];
        diagnostics.AddRange(options.Errors);
        diagnostics.AddRange(results.Select(static result => result.Error).OfType<DiagnosticInfo>());
        ApiRequest[] requests = files.SelectMany(static file => file.Requests).ToArray();
        AbiModel[] models = results.Select(static result => result.Model).OfType<AbiModel>().ToArray();
        if (requests.All(static request => request.IsExclusion))
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.NothingRequested, files[0].Start, default));
        else if (!options.Options.AllowUnsafe)
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.UnsafeOff, null, default));
        else if (results.Count == 0)
            diagnostics.Add(new DiagnosticInfo(DiagnosticDescriptors.BadMetadata, files[0].Start, ImmutableArray.Create("there is none")));
        else if (models.Length > 0)
            return PlanScopes(models, requests, options.Options, userTypes, diagnostics, cancellation);
        return [];
    }

    private static List<FilePlan> PlanScopes(
        AbiModel[] models,
        ApiRequest[] requests,
        GeneratorOptions options,
        EquatableArray<string> userTypes,
        List<DiagnosticInfo> diagnostics,
        CancellationToken cancellation)
    {
        List<Scope> scopes = new ScopeBuilder(models, options, diagnostics).Build(requests);
        cancellation.ThrowIfCancellationRequested();

        // What the releases leave to the main scope is known before that one is completed.
        for (int i = scopes.Count - 1; i >= 0; i--)
            new Closure(scopes[i]).Complete();
        foreach (Scope scope in scopes)
            diagnostics.AddRange(scope.Index.Ambiguities(scope.Selection));
        cancellation.ThrowIfCancellationRequested();
        var files = new FilePlanner(options, userTypes, diagnostics);
        foreach (Scope scope in scopes)
        {
            files.Add(scope);
            cancellation.ThrowIfCancellationRequested();
        }

        return files.Finish(scopes[0]);
    }
}
