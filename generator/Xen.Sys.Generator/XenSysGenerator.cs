using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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
        IncrementalValuesProvider<HeaderText> headers = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(".abi", StringComparison.Ordinal))
            .Select(static (file, cancellation) => new HeaderText(file.Path, file.GetText(cancellation)?.ToString() ?? ""))
            .WithTrackingName("HeaderTexts");
        IncrementalValueProvider<EquatableArray<AbiModelResult>> models = headers
            .Select(AbiModelResult.Read)
            .WithTrackingName("AbiModel")
            .Collect()
            .Select(static (results, _) => new EquatableArray<AbiModelResult>(results));

        IncrementalValueProvider<EquatableArray<ApiRequest>> requests = context.AdditionalTextsProvider
            .Where(ApiRequestParser.IsRequestFile)
            .Select(ApiRequestParser.Parse)
            .Collect()
            .Select(static (files, _) => new EquatableArray<ApiRequest>(files.SelectMany(static file => file).ToImmutableArray()))
            .WithTrackingName("Requests");

        IncrementalValueProvider<GeneratorOptions> options = context.CompilationProvider
            .Select(static (compilation, _) => new GeneratorOptions(compilation.Options is CSharpCompilationOptions { AllowUnsafe: true }))
            .WithTrackingName("Options");

        IncrementalValueProvider<EquatableArray<string>> userTypes = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => UserType.IsCandidate(node), static (found, _) => UserType.FullName(found.Node))
            .Collect()
            .Select(static (names, _) => new EquatableArray<string>(
                names.OfType<string>().Distinct().OrderBy(static name => name, StringComparer.Ordinal).ToImmutableArray()))
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
}
