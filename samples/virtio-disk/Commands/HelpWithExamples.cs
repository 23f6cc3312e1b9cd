using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VirtioDisk.Commands;

/// <summary>The usual help, and below it examples or exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string ExitCodes =
        """
        Exit codes:
          0    done; ended cleanly
          1    failed
          2    wrong options, or a guest or an image that cannot be served
          3    permissions do not allow it
          4    there is no XenStore, or no daemon
          5    the daemon did not do it in time
          130  interrupted

        """;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ToolCommand { Examples.Length: > 0 } tool)
        {
            output.Write("Examples:\n");
            foreach (var example in tool.Examples)
                output.Write($"  virtio-disk {example}\n");
            output.Write('\n');
        }
        else if (parseResult.CommandResult.Command is RootCommand)
        {
            output.Write(ExitCodes);
        }

        return code;
    }
}
