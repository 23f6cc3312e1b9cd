using System.CommandLine;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Commands;

/// <summary>Prints a tree as JSON that <c>import</c> takes.</summary>
internal static class ExportCommand
{
    public static Command Create(StoreContext context)
    {
        var path = new Argument<string>("path") { Description = "The node", DefaultValueFactory = static _ => "/" };
        var json = new Option<bool>("--json") { Description = "Print JSON; it does so in any case" };
        var command = new ToolCommand(
            "export",
            "Prints a node and all below it as JSON, as they are at one moment",
            "export > store.json",
            "export /local/domain/5")
        {
            path, json,
        };
        command.SetAction((parsed, _) => context.WithStoreAsync(parsed, async client =>
        {
            var tree = await context.ReadTreeAsync(client, parsed.GetRequiredValue(path));
            StoreJson.WriteDocument(context.Shell.Out, writer => TreeJson.Write(writer, tree));
            return context.SayUnreadable(tree);
        }));
        return command;
    }
}
