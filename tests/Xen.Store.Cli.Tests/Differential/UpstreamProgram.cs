using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>Xen's own programs, of one release.</summary>
/// <param name="release">The release.</param>
/// <param name="socket">The socket of the daemon that they talk to.</param>
internal sealed class UpstreamProgram(string release, string socket)
{
    private readonly Dictionary<string, string[]> _starts = [];

    /// <summary>Runs one, within a time in which it must end.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="words">The words of its command line; those that are no text go through printf.</param>
    public ToolRun Run(string name, IReadOnlyList<Word> words)
    {
        using var process = Start(name, words);
        var error = process.StandardError.ReadToEndAsync();
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return new ToolRun(process.ExitCode, output.ToArray(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="words">The words of its command line.</param>
    public Process Start(string name, IReadOnlyList<Word> words)
    {
        var start = Find(name);
        return words.All(static word => !word.Text.Contains('\uFFFD', StringComparison.Ordinal))
            ? Start([.. start, .. words.Select(static word => word.Text)])
            : Start(["bash", "-c", Line(start, words)]);
    }

    /// <summary>Runs one whose output is a terminal with some columns; answers what it prints.</summary>
    public string RunOnTerminal(string name, IReadOnlyList<Word> words, int columns) => RunOnTerminal(Find(name), words, columns);

    /// <summary>Runs any program so.</summary>
    public string RunOnTerminal(string[] start, IReadOnlyList<Word> words, int columns)
    {
        var line = $"stty -opost cols {columns} rows 25 2> /dev/null; {Line(start, words)}";
        using var process = Start(["script", "-qec", $"bash -c {Quote(Word.Of(line))}", "/dev/null"]);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static string Line(string[] start, IReadOnlyList<Word> words) =>
        string.Join(' ', ["exec", .. start.Select(static part => $"'{part}'"), .. words.Select(Quote)]);

    private static string Quote(Word word) =>
        $"$'{string.Concat(word.Bytes.ToArray().Select(static value => $"\\x{value:x2}"))}'";

    private Process Start(string[] words)
    {
        var info = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["XENSTORED_PATH"] = socket;
        info.Environment["SHELL"] = "/bin/bash";
        return Process.Start(info)!;
    }

    private string[] Find(string name) => _starts.TryGetValue(name, out var start) ? start : _starts[name] = Ask(name);

    private string[] Ask(string name)
    {
        var info = new ProcessStartInfo(RepositoryRoot.Combine("tests", "daemons", "tool"), ["--xen", release, "--command", name])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(info)!;
        var words = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return words;
    }
}
