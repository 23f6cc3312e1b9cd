using System;
using System.Diagnostics;
using System.IO;
using System.Text;

namespace EndToEnd;

/// <summary>One run of a script of this repository, with what it printed.</summary>
internal sealed record Script(int ExitCode, string Output, string Errors)
{
    // Far above what a boot takes; QEMU has time-outs of its own.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    internal static string Root => RepositoryRoot.Folder;

    internal static Script Run(ITestOutputHelper log, string script, params string[] arguments)
    {
        log.WriteLine($"$ {script} {string.Join(' ', arguments)}");
        var program = script.Contains('/', StringComparison.Ordinal) || File.Exists(Path.Combine(Root, script))
            ? Path.Combine(Root, script)
            : script;
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = Collect(log, process, isError: false);
        var errors = Collect(log, process, isError: true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{script} was not done after {Limit}");
        }

        process.WaitForExit();
        return new Script(process.ExitCode, output.ToString(), errors.ToString());
    }

    private static StringBuilder Collect(ITestOutputHelper log, Process process, bool isError)
    {
        var text = new StringBuilder();
        DataReceivedEventHandler add = (_, line) =>
        {
            if (line.Data is null)
                return;
            text.Append(line.Data).Append('\n');
            log.WriteLine(line.Data);
        };
        if (isError)
            process.ErrorDataReceived += add;
        else
            process.OutputDataReceived += add;
        return text;
    }
}
