using System.CommandLine;
using Xen.Headers.Refresh;

namespace Xen.Abi.Cli.Commands;

/// <summary>Rewrites the metadata of this repository; the script <c>headers/refresh</c> fetches the headers and calls it.</summary>
internal static class RefreshCommand
{
    public static Command Create(Shell shell)
    {
        var folder = new Argument<string>("headers") { Description = "The folder with manifest, umbrella headers and cache" };
        var output = new Argument<string>("output") { Description = "The folder to write manifest and metadata to" };
        var command = new ToolCommand("refresh", "Reads the packages of a manifest and writes their metadata") { folder, output };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            new MetadataRefresh(parsed.GetRequiredValue(folder)).Write(parsed.GetRequiredValue(output), shell.Out);
            return Shell.Ok;
        });
        return command;
    }
}
