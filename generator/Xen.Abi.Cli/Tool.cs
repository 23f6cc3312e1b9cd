using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Commands;
using Xen.Headers;

namespace Xen.Abi.Cli;

/// <summary>The tool: its commands, and what they have in common.</summary>
internal static class Tool
{
    /// <summary>Runs a command line; answers the exit code.</summary>
    public static int Run(IReadOnlyList<string> args, Shell shell)
    {
        ParseResult parsed = CreateRoot(shell).Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (ParseError error in parsed.Errors)
                shell.Error.WriteLine("xen-abi: " + error.Message.ReplaceLineEndings(" "));
            shell.Error.WriteLine($"xen-abi: see '{string.Join(' ', CommandPath(parsed))} --help'");
            return Shell.WrongUsage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = shell.Out,
                Error = shell.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (HeaderReadException error)
        {
            return shell.Fail(error.Errors);
        }
        catch (UnknownNameException error)
        {
            return shell.Fail(error.Message);
        }
        catch (System.Exception error) when (error is IOException or System.UnauthorizedAccessException)
        {
            return shell.Fail([new HeaderError(HeaderError.FileAccess, error.Message)]);
        }
#pragma warning disable CA1031 // a mistake in the tool is no reason to show users a stack
        catch (System.Exception error) when (error is not System.OperationCanceledException)
#pragma warning restore CA1031
        {
            return shell.Fail($"this is a mistake in xen-abi, please report it: {error.GetType().Name}: {error.Message}");
        }
    }

    private static RootCommand CreateRoot(Shell shell)
    {
        var root = new RootCommand("Lists, shows, compares, decodes and checks the structures of Xen's interfaces, release by release.")
        {
            ListCommand.Create(shell),
            ShowCommand.Create(shell),
            DiffCommand.Create(shell),
            DecodeCommand.Create(shell),
            CheckCommand.Create(shell),
            ExtractCommand.Create(shell),
            CompletionCommand.Create(shell),
            RefreshCommand.Create(shell),
        };
        foreach (Argument argument in root.Subcommands.SelectMany(static command => command.Arguments))
            argument.RefuseOptions();
        root.Subcommands.Add(CompletionCommand.CreateAsk(shell, root));
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        yield return "xen-abi";
        if (parsed.CommandResult.Command is not RootCommand)
            yield return parsed.CommandResult.Command.Name;
    }
}
