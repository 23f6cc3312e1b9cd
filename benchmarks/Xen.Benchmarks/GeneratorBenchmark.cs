extern alias generator;

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using generator::Xen.Sys.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Benchmarks;

/// <summary>
/// The generator as a project gets it, with all metadata files, asked for every header of one of them, against the compiler
/// reading the result.
/// </summary>
internal sealed class GeneratorBenchmark
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>As the first argument, makes the program time the generator's first run in its process.</summary>
    internal const string FirstRun = "--first-run";

    private readonly string _name;
    private readonly AdditionalText[] _files;
    private readonly CSharpCompilation _user = CSharpCompilation.Create(
        "user", [Parse("class Program { }")], References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    private int _edits;

    internal GeneratorBenchmark(IEnumerable<string> allFiles, string metadataFile)
    {
        _name = Path.GetFileName(metadataFile);
        var requests = string.Join('\n', Requests(File.ReadAllText(metadataFile)));
        _files =
        [
            .. allFiles.Select(file => new MemoryFile(Path.GetFileName(file), File.ReadAllText(file))),
            new MemoryFile("XenApis.txt", requests),
        ];
    }

    /// <summary>Prints how long the first run takes: the generator is compiled for it, as in a compiler that just started.</summary>
    internal void PrintFirstRun()
    {
        var driver = NewDriver();
        Console.WriteLine(Measurement.Time(() => driver.RunGenerators(_user)).TotalMilliseconds);
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
            ("the generator, its first run in a process", TimeFirstRun),
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

    /// <summary>Every header, of the release that the file describes.</summary>
    private static IEnumerable<string> Requests(string metadata)
    {
        string[] lines = metadata.Split('\n');
        var release = lines.First(line => line.StartsWith("source ", StringComparison.Ordinal)).Split(' ')[2];
        return lines
            .Where(line => line.StartsWith("header ", StringComparison.Ordinal))
            .Select(line => $"{release}:{line["header ".Length..]}")
            .Distinct();
    }

    private TimeSpan TimeFirstRun()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(GeneratorBenchmark).Assembly.Location);
        start.ArgumentList.Add(FirstRun);
        start.ArgumentList.Add(_name);
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return TimeSpan.FromMilliseconds(double.Parse(text, CultureInfo.InvariantCulture));
    }

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, Options);

    private CSharpGeneratorDriver NewDriver() =>
        CSharpGeneratorDriver.Create([new XenSysGenerator().AsSourceGenerator()], _files, Options);
}
