using System;
using System.Collections.Generic;
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
    /// <summary>Runs a command line in this process's surroundings: its console, and its signals.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(string[] words) => throw new NotImplementedException();
}
