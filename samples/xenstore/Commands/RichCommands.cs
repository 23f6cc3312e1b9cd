using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Commands;

/// <summary>The commands that Xen's programs do not have, and the help of all.</summary>
internal static class RichCommands
{
    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] words, string? connect, Shell shell)
    {
        var parsed = CreateRoot(shell, connect).Parse(words);
        if (parsed.Action is ParseErrorAction)
        {
            var message = string.Join(
                "; ", parsed.Errors.Select(static error => error.Message.ReplaceLineEndings(" ")));
            var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            throw new StoreFailureException(ExitCode.Usage, $"{message}; see 'xenstore{command} --help'");
        }

        var output = new StringWriter { NewLine = "\n" };
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = output,
                Error = shell.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            shell.Stop);
        shell.Out.Write(output.ToString());
        return code;
    }

    /// <summary>Prints the help of a command.</summary>
    /// <returns>The exit code.</returns>
    public static int Help(string command, Shell shell)
    {
        var output = new StringWriter { NewLine = "\n" };
        CreateRoot(shell, null).Parse([command, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        shell.Out.Write(output.ToString());
        return ExitCode.Ok;
    }

    private static RootCommand CreateRoot(Shell shell, string? connect)
    {
        var context = new StoreContext(shell, connect);
        var root = new RootCommand("Reads, writes, watches, compares, exports and imports the XenStore.");
        foreach (var command in CompatibleHelp.Create())
            root.Subcommands.Add(command);
        root.Subcommands.Add(WaitCommand.Create(context));
        root.Subcommands.Add(ExportCommand.Create(context));
        root.Subcommands.Add(ImportCommand.Create(context));
        root.Subcommands.Add(DiffCommand.Create(context));
        root.Subcommands.Add(TreeCommand.Create(context));
        root.Subcommands.Add(CompletionCommand.Create(shell));
        root.Options.Add(context.Connect);
        root.Subcommands.Add(CompletionCommand.CreateAsk(shell, root, connect));
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
