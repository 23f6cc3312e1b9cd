using System.Threading.Tasks;

namespace Xen.Store.Cli.Commands;

/// <summary>The commands that Xen's programs do not have, and the help of all.</summary>
internal static class RichCommands
{
    public static Task<int> RunAsync(string[] words, string? connect, Shell shell) => Task.FromResult(ExitCode.Usage);

    public static int Help(string command, Shell shell) => ExitCode.Ok;
}
