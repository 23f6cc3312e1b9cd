using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;

namespace Xen.Abi.Cli.Checking;

/// <summary>A C file over a set of headers, of which each line belongs to something.</summary>
/// <typeparam name="T">What a line belongs to.</typeparam>
internal sealed partial class CFile<T> : IDisposable
    where T : class
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-abi-check-");
    private readonly StringBuilder _text = new();
    private readonly List<T> _owners = [];

    /// <summary>Starts a file that includes a header.</summary>
    public CFile(string umbrella) => _text.Append("#include \"").Append(umbrella).Append("\"\n");

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _owners.Count == 0;

    private string Source => Path.Combine(_folder.FullName, "check.c");

    private string Object => Path.Combine(_folder.FullName, "check.o");

    /// <summary>Adds a line.</summary>
    public void Add(string line, T owner)
    {
        _text.Append(line).Append('\n');
        _owners.Add(owner);
    }

    /// <summary>Compiles it; answers the sections of the object, or the errors.</summary>
    public (IReadOnlyDictionary<string, byte[]>? Sections, IReadOnlyList<(T? Owner, string Text)> Errors) Compile(
        CCompiler compiler, IReadOnlyList<string> searchPath)
    {
        File.WriteAllText(Source, _text.ToString());
        string messages = compiler.Compile(Source, searchPath, "-c", "-o", Object);
        return messages.Length == 0 ? (ElfSections.Read(File.ReadAllBytes(Object)), []) : (null, ErrorsIn(messages));
    }

    /// <summary>Compiles it without making an object; answers what the errors belong to.</summary>
    public IReadOnlyList<(T? Owner, string Text)> Check(CCompiler compiler, IReadOnlyList<string> searchPath)
    {
        File.WriteAllText(Source, _text.ToString());
        return ErrorsIn(compiler.Compile(Source, searchPath, "-fsyntax-only"));
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private List<(T? Owner, string Text)> ErrorsIn(string messages)
    {
        var errors = new List<(T?, string)>();
        foreach (Match match in ErrorLine().Matches(messages))
        {
            const int LinesBefore = 2;
            int index = int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture) - LinesBefore;
            T? owner = match.Groups["file"].Value == Source && index >= 0 && index < _owners.Count ? _owners[index] : null;
            errors.Add((owner, owner is null ? match.Value : match.Groups["text"].Value));
        }

        if (errors.Count == 0 && messages.Length > 0)
            errors.Add((null, messages.Trim()));
        return errors;
    }

    [GeneratedRegex(@"^(?<file>[^:\n]+):(?<line>\d+)(:\d+)?: (fatal )?error: (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
