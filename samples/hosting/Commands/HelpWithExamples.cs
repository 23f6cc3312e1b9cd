using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace VirtioHosting.Commands;

/// <summary>The usual help, and below it examples or exit codes.</summary>
internal sealed class HelpWithExamples(HostProgram host, HelpAction usual) : SynchronousCommandLineAction
{
    private const string ExitCodes =
        """
        Exit codes:
          0    done; ended cleanly
          1    failed
          2    wrong options, or a guest or a device that cannot be served
          3    permissions do not allow it
          4    there is no XenStore, or no daemon
          5    the daemon did not do it in time
          130  interrupted

        """;

    /// <summary>The names of the commands that a command line has, the program's own left out.</summary>
    internal static IEnumerable<string> Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Command is not RootCommand; result = (CommandResult)result.Parent!)
            names.Push(result.Command.Name);
        return names;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ToolCommand { Examples.Length: > 0 } tool)
        {
            output.Write("Examples:\n");
            foreach (var example in tool.Examples)
                output.Write($"  {host.Name} {example}\n");
            output.Write('\n');
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            output.Write(ExitCodes);
        }

        return code;
    }
}
