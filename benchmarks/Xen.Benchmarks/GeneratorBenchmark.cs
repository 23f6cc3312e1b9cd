extern alias generator;

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using generator::Xen.Sys.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Benchmarks;

/// <summary>The generator asked for everything that one metadata file has, against the compiler reading the result.</summary>
internal sealed class GeneratorBenchmark
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    private readonly string _name;
    private readonly AdditionalText[] _files;
    private readonly CSharpCompilation _user = CSharpCompilation.Create(
        "user", [Parse("class Program { }")], References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    private int _edits;

    internal GeneratorBenchmark(string metadataFile)
    {
        _name = Path.GetFileName(metadataFile);
        var metadata = File.ReadAllText(metadataFile);
        _files = [new MemoryFile(_name, metadata), new MemoryFile("XenApis.txt", string.Join('\n', Headers(metadata)))];
    }

    internal void Run(Measurement measurement)
    {
        var generated = NewDriver().RunGenerators(_user).GetRunResult().Results.Single();
        string[] texts = [.. generated.GeneratedSources.Select(file => file.SourceText.ToString())];
        if (texts.Length == 0 || generated.Exception is not null)
            throw new InvalidOperationException($"nothing was generated from {_name}", generated.Exception);

        var errors = _user.AddSyntaxTrees(texts.Select(Parse)).GetDiagnostics().Count(found => found.Severity == DiagnosticSeverity.Error);
        GeneratorDriver warm = NewDriver().RunGenerators(_user);
        measurement.Compare(
            $"(b) every header of {_name}: {texts.Length} files, {texts.Sum(text => (long)text.Length):N0} characters, "
                + $"{generated.Diagnostics.Length} diagnostics, {errors} errors of the compiler",
            ("peer: the compiler parses and binds the result", () => Measurement.Time(
                () => _user.AddSyntaxTrees(texts.Select(Parse)).GetDiagnostics())),
            ("the generator, cold: a new driver", () =>
            {
                var driver = NewDriver();
                return Measurement.Time(() => driver.RunGenerators(_user));
            }),
            ("the generator, after an unrelated edit", () =>
            {
                var edited = _user.ReplaceSyntaxTree(_user.SyntaxTrees[0], Parse($"class Program {{ int _{_edits++}; }}"));
                return Measurement.Time(() => warm = warm.RunGenerators(edited));
            }));
    }

    private static IEnumerable<string> Headers(string metadata) => metadata.Split('\n')
        .Where(line => line.StartsWith("header ", StringComparison.Ordinal))
        .Select(line => line["header ".Length..])
        .Distinct();

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, Options);

    private CSharpGeneratorDriver NewDriver() =>
        CSharpGeneratorDriver.Create([new XenSysGenerator().AsSourceGenerator()], _files, Options);
}
