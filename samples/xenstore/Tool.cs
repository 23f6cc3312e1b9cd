using System;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli;

/// <summary>The tool: finds the command, runs it, and says how it ended.</summary>
internal static class Tool
{
    private const string UpstreamPrefix = "xenstore-";

    /// <summary>Runs a command line.</summary>
    /// <param name="called">The command line.</param>
    /// <param name="shell">The surroundings.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(CalledAs called, Shell shell)
    {
        var isUpstream = called.Name.StartsWith(UpstreamPrefix, StringComparison.Ordinal);
        var name = isUpstream ? called.Name : "xenstore";
        try
        {
            var code = await (isUpstream ? RunUpstreamAsync(called, shell) : RunOwnAsync(called, shell));
            shell.Out.Flush();
            return code;
        }
#pragma warning disable CA1031 // a mistake in the tool is no reason to show users a stack
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Report(error, name, isUpstream, shell);
        }
    }

    private static Task<int> RunUpstreamAsync(CalledAs called, Shell shell)
    {
        var name = called.Name[UpstreamPrefix.Length..];
        var command = CompatibleCommand.Find(name)
            ?? throw new StoreFailureException(ExitCode.Usage, $"there is no command {name}; see xenstore --help");
        return new CompatibleLine(command, shell, IsUpstream: true, Connect: null).RunAsync(called.Words);
    }

    private static Task<int> RunOwnAsync(CalledAs called, Shell shell)
    {
        var words = GlobalOptions.Take(called.Words, out var connect);
        return words.Length > 0 && CompatibleCommand.Find(words[0].Text) is { } command
            ? new CompatibleLine(command, shell, IsUpstream: false, connect).RunAsync(words[1..])
            : Commands.RichCommands.RunAsync(Array.ConvertAll(words, static word => word.Text), connect, shell);
    }

    private static int Report(Exception error, string name, bool isUpstream, Shell shell)
    {
        var (code, message) = Failure.Of(error);
        if (code is null)
            message = $"this is a mistake in xenstore, please report it: {error.GetType().Name}: {message}";
        if (code != ExitCode.OutputClosed)
            FlushWhatThereIs(shell);
        if (message.Length > 0)
            shell.Error.WriteLine($"{name}: {message}");
        return (code ?? ExitCode.Failed) is var own && isUpstream && own <= ExitCode.Conflict ? ExitCode.Failed : own;
    }

    // Xen's programs print what they had before they failed.
    private static void FlushWhatThereIs(Shell shell)
    {
        try
        {
            shell.Out.Flush();
        }
        catch (System.IO.IOException)
        {
            // The output itself is what failed.
        }
    }
}
