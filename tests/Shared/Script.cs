using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace TestSupport;

/// <summary>One run of a script of this repository, with what it printed. Compiled into every test project.</summary>
internal sealed record Script(int ExitCode, string Output, string Errors)
{
    // Above the time-outs of the lab, which ends a run with what it knows of it.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    // A kernel's report of its end has some sixty.
    private const int ShownLines = 80;

    internal static Script Run(ITestOutputHelper log, string script, params string[] arguments)
    {
        log.WriteLine($"$ {script} {string.Join(' ', arguments)}");
        var program = script.Contains('/', StringComparison.Ordinal) || File.Exists(RepositoryRoot.Combine(script))
            ? RepositoryRoot.Combine(script)
            : script;
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = RepositoryRoot.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = ReadAsync(log, process.StandardOutput);
        var errors = ReadAsync(log, process.StandardError);
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{script} was not done after {Limit}");
        }

        // What a script starts must end with it: whoever reads its output would wait for that as well.
        Assert.True(Task.WaitAll([output, errors], EndLimit), $"{script} left a process behind that holds its output");
        return new Script(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Fails, with the last lines of what it printed, if it did not succeed and say so at its end.</summary>
    internal void AssertPassed() => Assert.True(
        ExitCode == 0 && Output.EndsWith("PASS\n", StringComparison.Ordinal),
        $"exit code {ExitCode}; its last lines:\n{LastLines(Output)}{LastLines(Errors)}");

    private static string LastLines(string text) =>
        string.Concat(text.Split('\n').SkipLast(1).TakeLast(ShownLines).Select(static line => line + '\n'));

    private static async Task<string> ReadAsync(ITestOutputHelper log, StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            text.Append(line).Append('\n');
            log.WriteLine(line);
        }

        return text.ToString();
    }
}
