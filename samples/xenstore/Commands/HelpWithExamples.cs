using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Xen.Store.Cli.Commands;

/// <summary>The usual help, and below it examples or exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string ExitCodes =
        """
        Exit codes:
          0    done; yes; nothing differs
          1    no; not found; different; failed
          2    the command line, or a file, is wrong
          3    permissions do not allow it
          4    there is no connection to a store
          5    in conflict with others, or the time is over
          130  interrupted

        Called as xenstore-ls, xenstore-read and so on, through a link or a copy, it is Xen's program of that name.

        """;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ToolCommand { Examples.Length: > 0 } tool)
        {
            output.Write("Examples:\n");
            foreach (string example in tool.Examples)
                output.Write($"  xenstore {example}\n");
            output.Write("\n");
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            output.Write(ExitCodes);
        }

        return code;
    }
}
