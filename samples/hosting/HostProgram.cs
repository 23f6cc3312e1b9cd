using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace VirtioHosting;

/// <summary>A program that serves devices: daemon and tool in one.</summary>
/// <param name="Name">The program's name, which is that of its directory below <c>/run</c>, too.</param>
/// <param name="Description">One sentence of help.</param>
/// <param name="Kinds">
/// The kinds of devices. With one, its options are those of <c>attach</c>; with several, <c>attach</c> has a command for
/// each.
/// </param>
public sealed record HostProgram(string Name, string Description, IReadOnlyList<IDeviceKind> Kinds)
{
    /// <summary>The kinds, as a set.</summary>
    internal KindSet Set { get; } = new(Kinds);

    /// <summary>Where programs have their directories.</summary>
    internal string RunRoot { get; init; } = "/run";

    /// <summary>The daemon's directory unless the user says otherwise.</summary>
    internal string DefaultDirectory => DirectoryOf(Name);

    /// <summary>The directory of a program.</summary>
    internal string DirectoryOf(string program) => Path.Combine(RunRoot, program);

    /// <summary>Runs a command line in this process's surroundings: its console, and its signals.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] words)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        return await RunAsync(words, new Shell(Console.Out, Console.Error, !Console.IsOutputRedirected, stop.Token));

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Runs a command line in surroundings of the caller's.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <param name="shell">The surroundings.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(string[] words, Shell shell) => Tool.RunAsync(this, words, shell);
}
