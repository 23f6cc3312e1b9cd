using System.CommandLine;
using Xen.Store.Cli.Compatible;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Commands;

/// <summary>Shows a tree to people.</summary>
internal static class TreeCommand
{
    public static Command Create(StoreContext context)
    {
        var path = new Argument<string>("path") { Description = "The node", DefaultValueFactory = static _ => "/" };
        var depth = new Option<string>("--depth") { Description = "Show so many levels", HelpName = "levels" };
        var permissions = new Option<bool>("--permissions", "-p") { Description = "Show permissions" };
        var json = new Option<bool>("--json") { Description = "Print JSON, as export does" };
        var color = Paint.Option();
        var command = new ToolCommand(
            "tree",
            "Shows a node and all below it, with values, and what states of devices mean",
            "tree /local/domain/5",
            "tree --depth 2 -p")
        {
            path, depth, permissions, json, color,
        };
        command.SetAction(async (parsed, _) =>
        {
            var levels = parsed.GetValue(depth) is { } text ? OptionValue.Number("depth", text) : int.MaxValue;
            var name = parsed.GetRequiredValue(path);
            return await context.WithStoreAsync(parsed, async client =>
            {
                var tree = await context.ReadTreeAsync(client, name);
                tree.Cut(levels);
                var paint = Paint.Of(parsed.GetValue(color), context.Shell);
                if (parsed.GetValue(json))
                    StoreJson.WriteDocument(context.Shell.Out, writer => TreeJson.Write(writer, tree));
                else
                    new TreeText(context.Shell.Out, paint, parsed.GetValue(permissions)).Write(name, tree);
                return ExitCode.Ok;
            });
        });
        return command;
    }
}
