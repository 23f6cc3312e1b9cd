using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Control;
using VirtioHosting.Daemon;

namespace VirtioHosting;

/// <summary>What a kind may have beyond what every kind has: commands of its own, and a way of its own to serve.</summary>
internal interface IKindExtras : IDeviceKind
{
    /// <summary>More commands of the program.</summary>
    /// <param name="host">The program.</param>
    /// <param name="shell">The surroundings.</param>
    IEnumerable<Command> Commands(HostProgram host, Shell shell);

    /// <summary>What the daemon answers on one connection of the tool: a function for each command.</summary>
    /// <param name="daemon">The daemon.</param>
    IReadOnlyDictionary<string, ControlAnswer> Answers(DeviceDaemon daemon);

    /// <summary>The daemon got SIGHUP.</summary>
    /// <param name="daemon">The daemon.</param>
    void HangUp(DeviceDaemon daemon);

    /// <summary>Another way to serve, which some of <see cref="IDeviceKind.ServeOptions"/> ask for; null if none does.</summary>
    Alone? ServeAlone => null;

    /// <summary>Another way to serve.</summary>
    /// <param name="Description">A sentence for the help of <c>serve</c>.</param>
    /// <param name="Examples">Command lines.</param>
    /// <param name="AddChecks">Adds validators to the command; takes that, and its option <c>--simulate</c>.</param>
    /// <param name="IsWanted">Whether the command line asks for it.</param>
    /// <param name="RunAsync">Does it.</param>
    internal sealed record Alone(
        string Description,
        IReadOnlyList<string> Examples,
        Action<Command, Option<bool>> AddChecks,
        Func<ParseResult, bool> IsWanted,
        Func<Shell, ParseResult, GuestOptions, ILoggerFactory, Task<int>> RunAsync);
}
