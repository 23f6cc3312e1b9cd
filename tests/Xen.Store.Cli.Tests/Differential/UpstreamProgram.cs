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
    /// <param name="terminal">What a shell does before, on a terminal of its own; null for no terminal.</param>
    public Process Start(string name, IReadOnlyList<Word> words, string? terminal = null)
    {
        if (!_starts.TryGetValue(name, out var start))
            _starts[name] = start = Ask(name);
        var info = new ProcessStartInfo(start[0], [.. start[1..], .. words.Select(static word => word.Text)]);
        var line = string.Join(' ', ["exec", .. start.Select(static part => $"'{part}'"), .. words.Select(Quote)]);
        if (terminal is not null)
            info = new ProcessStartInfo("script", ["-qec", $"bash -c {Quote(Word.Of(terminal + line))}", "/dev/null"]);
        else if (words.Any(static word => word.Text.Contains('\uFFFD', StringComparison.Ordinal)))
            info = new ProcessStartInfo("bash", ["-c", line]);
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.Environment["XENSTORED_PATH"] = socket;
        info.Environment["SHELL"] = "/bin/bash";
        return Process.Start(info)!;
    }

    /// <summary>Runs one whose output is a terminal with some columns; answers what it prints.</summary>
    public string RunOnTerminal(string name, IReadOnlyList<Word> words, int columns)
    {
        using var process = Start(name, words, $"stty -opost cols {columns} rows 25 2> /dev/null; ");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static string Quote(Word word) =>
        $"$'{string.Concat(word.Bytes.ToArray().Select(static value => $"\\x{value:x2}"))}'";

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
