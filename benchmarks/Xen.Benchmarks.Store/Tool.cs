using System;
using System.Diagnostics;
using System.IO;

namespace Xen.Benchmarks.Store;

/// <summary>A program that lists a tree, started anew each time, its output thrown away.</summary>
/// <param name="command">Its words, as a shell takes them.</param>
internal sealed class Tool(string command)
{
    /// <summary>Has it list a tree, many times.</summary>
    /// <param name="path">The tree.</param>
    internal Func<int, Turn> Lists(string path) => repetitions => Timed.Run(repetitions, () =>
    {
        using var process = Process.Start("/bin/sh", ["-c", $"exec {command} {path} > /dev/null"]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new IOException($"{command} {path} ended with {process.ExitCode}");
    });
}
