using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repo.Tests;

/// <summary>A program in a page of the documentation: a block of C# that begins with what it uses.</summary>
internal sealed partial class Snippet
{
    private readonly string _page;
    private readonly string _text;

    private Snippet(string page, string text)
    {
        _page = page;
        _text = text;
    }

    /// <summary>The whole programs of a page.</summary>
    internal static IReadOnlyList<Snippet> Of(string page) =>
    [
        .. Block().Matches(Repository.Read(page))
            .Select(match => match.Groups["code"].Value)
            .Where(code => code.StartsWith("using ", StringComparison.Ordinal))
            .Select(code => new Snippet(page, code)),
    ];

    /// <summary>Compiles it.</summary>
    internal MemoryStream Compile()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(_text)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, $"{_page}:\n{string.Join('\n', result.Diagnostics)}\n{_text}");
        return assembly;
    }

    /// <summary>Compiles and runs it; answers what it printed.</summary>
    internal async Task<string> RunAsync()
    {
        using var assembly = Compile();
        var program = Assembly.Load(assembly.ToArray()).EntryPoint!;
        var console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            // The entry point that the compiler makes waits for the program's task.
            await Task.Run(() => program.Invoke(null, [Array.Empty<string>()]));
        }
        finally
        {
            Console.SetOut(console);
        }

        return output.ToString();
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
