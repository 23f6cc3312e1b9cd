using System;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Xen.Headers.Tests;

/// <summary>The fetched headers and the tools that read them; <c>headers/refresh --fetch-only</c> brings both.</summary>
internal static class HeaderCache
{
    private static readonly Lazy<string> Failure = new(Fetch);

    /// <summary>The folder <c>headers/</c>.</summary>
    public static string Headers => RepositoryRoot.Combine("headers");

    /// <summary>Makes sure that headers and tools are there. On Debian a failure fails the test; elsewhere it skips.</summary>
    public static void Require()
    {
        Assert.SkipUnless(IsDebian(), "headers come from Debian packages, and this is not Debian");
        Assert.True(Failure.Value.Length == 0, "headers/refresh --fetch-only failed:\n" + Failure.Value);
    }

    private static bool IsDebian() =>
        File.Exists("/etc/os-release") && File.ReadLines("/etc/os-release").Contains("ID=debian");

    private static string Fetch()
    {
        var start = new ProcessStartInfo(Path.Combine(Headers, "refresh"), ["--fetch-only"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? "" : output + errors.GetAwaiter().GetResult() + $"exit code {process.ExitCode}";
    }
}
