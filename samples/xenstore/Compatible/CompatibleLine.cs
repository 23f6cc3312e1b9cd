using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Cli.Commands;

namespace Xen.Store.Cli.Compatible;

/// <summary>A command line of one of the eight commands.</summary>
/// <param name="Command">Which.</param>
/// <param name="Shell">The surroundings.</param>
/// <param name="IsUpstream">Whether it was called by the name of Xen's program, and so must end as that does.</param>
/// <param name="Connect">The user's words for the store; null if they have not come yet.</param>
internal sealed record CompatibleLine(CompatibleCommand Command, Shell Shell, bool IsUpstream, string? Connect)
{
    private string Name => IsUpstream ? $"xenstore-{Command.Name}" : $"xenstore {Command.Name}";

    /// <summary>Runs it.</summary>
    /// <param name="words">The words behind the command.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Word> words)
    {
        var line = GetOpt.Parse(words, Command.Options, stopsAtOperand: Shell.Variable("POSIXLY_CORRECT") is not null);
        foreach (var complaint in line.Complaints)
            Say(complaint);
        if (FirstOfNote(line) is { } option)
            return option.Letter == 'h' ? Help() : throw WrongUsage($"{Command.Name} has no option {Written(option)}");
        if (line.Operands.Count < Command.LeastOperands)
            throw WrongUsage($"{Command.Name} wants {(Command.LeastOperands == 1 ? "a path" : "a path and a value")}");

        var connect = line.Options.LastOrDefault(static option => option.Definition == AddedOptions.Connect).Value?.Text;
        var store = new StoreAccess(Shell, connect ?? Connect);
        var run = new CompatibleRun(Shell, store, line.Options, line.Operands);
        var isYes = await Command.Run(run);
        await store.FinishAsync();
        return isYes ? ExitCode.Ok : ExitCode.Failed;
    }

    // A request for help, or an option of another command.
    private OptionDefinition? FirstOfNote(ParsedLine line) => line.Options
        .Select(static option => option.Definition)
        .FirstOrDefault(option => option.Letter == 'h' || !Command.Takes(option));

    // Xen's programs go on without an option that they do not know. By this tool's own name, a misspelled --json must
    // not go unnoticed; a letter may be one that an older script has.
    private void Say(Complaint complaint)
    {
        if (!IsUpstream && complaint.Kind != ComplaintKind.UnknownLetter)
            throw WrongUsage(complaint.ToString());
        Shell.Error.WriteLine($"{Name}: {complaint}, and it is left out");
    }

    private int Help()
    {
        if (IsUpstream)
            throw WrongUsage($"as 'xenstore {Command.Name}'");
        return RichCommands.Help(Command.Name, Shell);
    }

    private StoreFailureException WrongUsage(string message) =>
        new(ExitCode.Usage, $"{message}; see 'xenstore {Command.Name} --help'");

    private static string Written(OptionDefinition option) =>
        option.Letter == '\0' ? $"--{option.Name}" : $"-{option.Letter}";
}
