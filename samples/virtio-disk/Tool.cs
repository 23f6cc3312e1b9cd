using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Linq;
using System.Threading.Tasks;
using VirtioDisk.Commands;

namespace VirtioDisk;

/// <summary>The program: finds the command, runs it, and says how it ended.</summary>
internal static class Tool
{
    /// <summary>Runs a command line.</summary>
    /// <param name="words">The words after the program's name.</param>
    /// <param name="shell">The surroundings.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(string[] words, Shell shell)
    {
        // The first thing that a newcomer tries.
        if (words.Length > 0 && words[0] == "--simulate")
            words = ["serve", .. words];
        var parsed = CreateRoot(shell).Parse(words);
        try
        {
            if (parsed.Action is ParseErrorAction)
                throw new ToolException(ExitCode.Usage, Complaints(parsed));
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = shell.Out,
                    Error = shell.Error,
                    EnableDefaultExceptionHandler = false,
                    // Signals are the commands' own business: they end cleanly by themselves.
                    ProcessTerminationTimeout = null,
                },
                shell.Stop);
        }
#pragma warning disable CA1031 // a mistake in the program is no reason to show users a stack
        catch (Exception error)
#pragma warning restore CA1031
        {
            var (code, message) = Failure.Of(error);
            await shell.Error.WriteLineAsync($"virtio-disk: {message}");
            return code ?? ExitCode.Failure;
        }
    }

    private static RootCommand CreateRoot(Shell shell)
    {
        var root = new RootCommand("Virtio block devices for unmodified guests on Xen: daemon and tool.")
        {
            ServeCommand.Create(shell),
            AttachCommand.Create(shell),
            DetachCommand.Create(shell),
            ListCommand.Create(shell),
            StatsCommand.Create(shell),
            ResizeCommand.Create(shell),
            CompletionCommand.Create(shell),
        };
        root.Subcommands.Add(CompletionCommand.CreateAsk(shell, root));
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static string Complaints(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        var errors = parsed.Errors.Select(static error => error.Message.ReplaceLineEndings(" "));
        return $"{string.Join("; ", errors)}; see 'virtio-disk{command} --help'";
    }
}
