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
    public Process Start(string name, IReadOnlyList<Word> words)
    {
        if (!_starts.TryGetValue(name, out var start))
            _starts[name] = start = Ask(name);
        var isText = words.All(static word => word.Text.IndexOf('\uFFFD', StringComparison.Ordinal) < 0);
        var info = isText
            ? new ProcessStartInfo(start[0], [.. start[1..], .. words.Select(static word => word.Text)])
            : new ProcessStartInfo("bash", ["-c", string.Join(' ', ["exec", .. start.Select(static part => $"'{part}'"), .. words.Select(Quote)])]);
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.Environment["XENSTORED_PATH"] = socket;
        return Process.Start(info)!;
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
