using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Linq;
using System.Threading.Tasks;
using VirtioHosting.Commands;

namespace VirtioHosting;

/// <summary>The program: finds the command, runs it, and says how it ended.</summary>
internal static class Tool
{
    /// <summary>Runs a command line.</summary>
    /// <param name="host">The program.</param>
    /// <param name="words">The words after the program's name.</param>
    /// <param name="shell">The surroundings.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(HostProgram host, string[] words, Shell shell)
    {
        // The first thing that a newcomer tries.
        if (words.Length > 0 && words[0] == "--simulate")
            words = ["serve", .. words];
        var parsed = CreateRoot(host, shell).Parse(words);
        try
        {
            if (parsed.Action is ParseErrorAction)
                throw new ToolException(ExitCode.Usage, Complaints(host, parsed));
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
            await shell.Error.WriteLineAsync($"{host.Name}: {message}");
            return code ?? ExitCode.Failure;
        }
    }

    private static RootCommand CreateRoot(HostProgram host, Shell shell)
    {
        var root = new RootCommand(host.Description)
        {
            ServeCommand.Create(host, shell),
            AttachCommand.Create(host, shell),
            DetachCommand.Create(host, shell),
            ListCommand.Create(host, shell),
        };
        foreach (var command in host.Kinds.OfType<IKindExtras>().SelectMany(kind => kind.Commands(host, shell)))
            root.Subcommands.Add(command);
        root.Subcommands.Add(CompletionCommand.Create(host, shell));
        root.Subcommands.Add(CompletionCommand.CreateAsk(shell, root));
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples(host, (HelpAction)help.Action!);
        return root;
    }

    private static string Complaints(HostProgram host, ParseResult parsed)
    {
        var command = string.Concat(HelpWithExamples.Path(parsed).Select(static name => $" {name}"));
        var errors = parsed.Errors.Select(static error => error.Message.ReplaceLineEndings(" "));
        return $"{string.Join("; ", errors)}; see '{host.Name}{command} --help'";
    }
}
