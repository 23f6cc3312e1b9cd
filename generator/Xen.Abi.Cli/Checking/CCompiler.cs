using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xen.Headers;

namespace Xen.Abi.Cli.Checking;

/// <summary>A C compiler for a target.</summary>
/// <param name="Family">gcc or clang.</param>
/// <param name="Target">The target.</param>
/// <param name="Program">The program.</param>
/// <param name="Options">What makes it compile for the target.</param>
internal sealed record CCompiler(string Family, string Target, string Program, params string[] Options)
{
    private static readonly ConcurrentDictionary<string, string> IncludeFolders = new(StringComparer.Ordinal);

    /// <summary>The known ones; clang 14 serves all targets.</summary>
    public static IReadOnlyList<CCompiler> All { get; } =
    [
        new("gcc", "x86_64", "x86_64-linux-gnu-gcc"),
        new("gcc", "aarch64", "aarch64-linux-gnu-gcc"),
        new("gcc", "i386", "x86_64-linux-gnu-gcc", "-m32"),
        .. TargetAbi.All.Select(static target => new CCompiler("clang", target.Name, "clang-14", "--target=" + target.Triple)),
    ];

    /// <summary>The families.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. All.Select(static compiler => compiler.Family).Distinct()];

    /// <summary>Its name in the report.</summary>
    public string Name => Family == "clang" ? Program : string.Join(' ', [Program, .. Options]);

    private string IncludeFolder => IncludeFolders.GetOrAdd(Program, program => Family == "clang"
        ? Path.Combine(Run(["-print-resource-dir"]).Output.Trim(), "include")
        : Run(["-print-file-name=include"]).Output.Trim());

    /// <summary>Compiles a file; answers the compiler's messages, which are empty if all is well.</summary>
    /// <exception cref="HeaderReadException">The compiler is not there.</exception>
    public string Compile(string source, IEnumerable<string> searchPath, params string[] mode)
    {
        (int code, string output) = Run(
        [
            .. Options, "-x", "c", "-std=gnu11", "-ffreestanding", "-w", "-nostdinc",
            Family == "clang" ? "-ferror-limit=0" : "-fmax-errors=0",
            "-isystem", IncludeFolder, .. searchPath.SelectMany(static folder => new[] { "-idirafter", folder }),
            .. mode, source,
        ]);
        return code == 0 ? "" : output.Length > 0 ? output : $"{Name} failed with exit code {code}";
    }

    private (int Code, string Output) Run(string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception missing)
        {
            throw new HeaderReadException(
                HeaderError.ToolMissing, $"{Program} cannot be run: 'headers/refresh --fetch-only' installs the compilers", missing);
        }
    }
}
