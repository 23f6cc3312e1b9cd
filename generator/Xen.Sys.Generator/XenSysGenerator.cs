using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Xen.Abi.Model;
using Xen.Sys.Generator.Emission;
using Xen.Sys.Generator.Inputs;
using Xen.Sys.Generator.Planning;

namespace Xen.Sys.Generator;

/// <summary>Generates the types and constants that <c>XenApis.txt</c> asks for, from <c>*.abi</c> metadata.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class XenSysGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<EquatableArray<AbiModelResult>> models = Files(context, ".abi")
            .WithTrackingName("HeaderTexts")
            .Select(AbiModelResult.Read)
            .WithTrackingName("AbiModel")
            .Collect()
            .Select(static (results, _) => new EquatableArray<AbiModelResult>(results));

        IncrementalValueProvider<EquatableArray<ApiRequestFile>> requests = context.AdditionalTextsProvider
            .Where(ApiRequestParser.IsRequestFile)
            .Select(ApiRequestParser.Parse)
            .Collect()
            .Select(static (files, _) => new EquatableArray<ApiRequestFile>(files))
            .WithTrackingName("Requests");

        IncrementalValueProvider<OptionsResult> options = Files(context, OptionsParser.FileName)
            .Collect()
            .Combine(context.CompilationProvider.Select(static (compilation, _) => ProjectSettings.Of(compilation)))
            .Select(static (input, _) => OptionsParser.Parse(input.Left, input.Right))
            .WithTrackingName("Options");

        IncrementalValueProvider<EquatableArray<string>> userTypes = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => UserType.IsCandidate(node), static (found, _) => UserType.FullName(found.Node))
            .Collect()
            .Combine(options)
            .Select(static (input, _) => new EquatableArray<string>(InNamespace(input.Left, input.Right.Options.Namespace)))
            .WithTrackingName("UserTypes");

        IncrementalValueProvider<Plan> plan = models.Combine(requests).Combine(options).Combine(userTypes)
            .Select(static (input, cancellation) => Planner.Plan(
                input.Left.Left.Left, input.Left.Left.Right, input.Left.Right, input.Right, cancellation))
            .WithTrackingName("Plan");

        context.RegisterSourceOutput(
            plan.SelectMany(static (plan, _) => plan.Files).WithTrackingName("Files"),
            static (output, file) => output.AddSource(file.HintName, FileEmitter.Emit(file)));
        context.RegisterSourceOutput(
            plan.SelectMany(static (plan, _) => plan.Diagnostics),
            static (output, diagnostic) => output.ReportDiagnostic(diagnostic.ToDiagnostic()));
    }

    private static IncrementalValuesProvider<HeaderText> Files(IncrementalGeneratorInitializationContext context, string ending) =>
        context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(ending, StringComparison.Ordinal))
            .Select(static (file, cancellation) => new HeaderText(file.Path, file.GetText(cancellation)?.ToString() ?? ""));

    private static ImmutableArray<string> InNamespace(ImmutableArray<string> types, string space) => types
        .Where(name => name.StartsWith(space + ".", StringComparison.Ordinal))
        .Distinct()
        .OrderBy(static name => name, StringComparer.Ordinal)
        .ToImmutableArray();
}
