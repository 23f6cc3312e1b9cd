using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Xen.Abi.Cli;

/// <summary>The usual help, and below it examples and exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        if (command is ToolCommand { Examples.Length: > 0 } tool)
        {
            output.WriteLine("Examples:");
            foreach (string example in tool.Examples)
                output.WriteLine("  xen-abi " + example);
            output.WriteLine();
        }
        else if (command is RootCommand)
        {
            output.WriteLine("Exit codes:");
            output.WriteLine("  0  done; nothing differs");
            output.WriteLine("  1  not found, different, or failed");
            output.WriteLine("  2  the command line is wrong");
            output.WriteLine();
        }

        return code;
    }
}
