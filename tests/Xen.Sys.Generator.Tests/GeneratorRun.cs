using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Xen.Sys.Generator.Tests;

/// <summary>One project that uses the generator.</summary>
internal sealed class GeneratorRun
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The options of tests that are not about options.</summary>
    public const string Options = """{ "namespace": "Xen.Sys", "constantsClass": "XenAbi" }""";

    private readonly Dictionary<string, TextFile> _files;
    private GeneratorDriver _driver;

    public GeneratorRun(
        string metadata,
        string requests,
        string source = "",
        bool allowUnsafe = true,
        string? second = null,
        string? third = null,
        string? options = Options,
        Platform platform = Platform.AnyCpu)
    {
        _files = new TextFile?[]
        {
            metadata.Length == 0 ? null : new TextFile("test.abi", metadata),
            second is null ? null : new TextFile("second.abi", second),
            third is null ? null : new TextFile("third.abi", third),
            new TextFile("XenApis.txt", requests),
            options is null ? null : new TextFile("XenSys.json", options),
        }.OfType<TextFile>().ToDictionary(file => file.Path);
        Compilation = CSharpCompilation.Create(
            "user",
            [CSharpSyntaxTree.ParseText(source, ParseOptions)],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: allowUnsafe, platform: platform));
        _driver = CSharpGeneratorDriver.Create(
            [new XenSysGenerator().AsSourceGenerator()],
            _files.Values,
            ParseOptions,
            optionsProvider: null,
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Run();
    }

    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest);

    public CSharpCompilation Compilation { get; private set; }

    public GeneratorRunResult Result => _driver.GetRunResult().Results.Single();

    /// <summary>The compilation with what was generated, parsed again from its text.</summary>
    public CSharpCompilation Output => Compilation.AddSyntaxTrees(
        Result.GeneratedSources.Select(file => CSharpSyntaxTree.ParseText(file.SourceText.ToString(), ParseOptions)));

    /// <summary>The ids of the generator's diagnostics.</summary>
    public IEnumerable<string> DiagnosticIds => Result.Diagnostics.Select(diagnostic => diagnostic.Id);

    /// <summary>The names of the generated files.</summary>
    public IEnumerable<string> Files => Result.GeneratedSources.Select(file => file.HintName);

    /// <summary>The text of one generated file.</summary>
    public string File(string name) => Result.GeneratedSources.Single(file => file.HintName == name).SourceText.ToString();

    /// <summary>Fails unless the result compiles to the last byte without a warning.</summary>
    public GeneratorRun Compiles()
    {
        Assert.Empty(Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Assert.True(Output.Emit(Stream.Null).Success);
        return this;
    }

    /// <summary>Changes the user's code and runs again.</summary>
    public void Edit(string source)
    {
        Compilation = Compilation.ReplaceSyntaxTree(
            Compilation.SyntaxTrees.Single(), CSharpSyntaxTree.ParseText(source, ParseOptions));
        Run();
    }

    /// <summary>Changes an additional file and runs again.</summary>
    public void EditFile(string path, string text)
    {
        var changed = new TextFile(path, text);
        _driver = _driver.ReplaceAdditionalText(_files[path], changed);
        _files[path] = changed;
        Run();
    }

    /// <summary>Why each output of a stage is what it is, after the last run.</summary>
    public IEnumerable<IncrementalStepRunReason> Reasons(string stage) =>
        Result.TrackedSteps[stage].SelectMany(step => step.Outputs).Select(output => output.Reason);

    private void Run()
    {
        _driver = _driver.RunGenerators(Compilation);
        Assert.Null(Result.Exception);
        Assert.DoesNotContain("XENSYS010", DiagnosticIds);
    }
}
