using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using Xen.Headers.Tests;

namespace Xen.Sys.HeaderCheck;

/// <summary>A C file over Xen's headers, for a compiler that is not the one which the metadata comes from.</summary>
internal sealed class CProgram(CScope scope) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-headercheck-");
    private readonly StringBuilder _text = new(scope.IsMain ? "#include \"xen.h\"\n#include \"linux.h\"\n" : "#include \"xen.h\"\n");

    /// <summary>The number of lines added.</summary>
    public int Lines { get; private set; }

    private string Source => Path.Combine(_folder.FullName, "check.c");

    private string Object => Path.Combine(_folder.FullName, "check.o");

    /// <summary>Adds a line.</summary>
    public void Line(string line)
    {
        _text.Append(line).Append('\n');
        Lines++;
    }

    /// <summary>Adds an assertion that the compiler checks.</summary>
    public void Assert(string condition, string what) => Line($"_Static_assert({condition}, \"{what}\");");

    /// <summary>Checks the file; each element is an error.</summary>
    public IReadOnlyList<string> Errors() => Compile("-fsyntax-only");

    /// <summary>Fails the test with the first errors that the compiler finds.</summary>
    public void Holds()
    {
        IReadOnlyList<string> errors = Errors();
        Xunit.Assert.True(errors.Count == 0, $"{errors.Count} errors on {scope}:\n" + string.Join('\n', errors.Take(12)));
    }

    /// <summary>Compiles the file; fails the test on an error.</summary>
    public byte[] Compile()
    {
        Xunit.Assert.Empty(Compile("-c", "-o", Object));
        return File.ReadAllBytes(Object);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Compile(params string[] mode)
    {
        File.WriteAllText(Source, _text.ToString());
        string headers = HeaderCache.Headers;
        (int code, string errors) = Run(
            scope.Compiler,
            [
                "-std=gnu11", "-ffreestanding", "-fmax-errors=0", "-w", "-nostdinc", "-I", Path.Combine(headers, "umbrella"),
                "-isystem", Run(scope.Compiler, ["-print-file-name=include"]).Output.Trim(),
                "-idirafter", Path.Combine(headers, "umbrella/uapi"),
                "-idirafter", Path.Combine(headers, "umbrella/libc"),
                .. scope.Packages.SelectMany(package => new[] { "-idirafter", Path.Combine(headers, ".cache", package.Id, "usr/include") }),
                .. mode, Source,
            ]);
        string[] found = errors.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).ToArray();
        return code != 0 && found.Length == 0 ? [errors] : found;
    }

    private static (int Code, string Output) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
