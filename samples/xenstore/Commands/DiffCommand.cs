using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Commands;

/// <summary>Compares two trees, or a tree with what <c>export</c> printed of it.</summary>
internal static class DiffCommand
{
    public static Command Create(StoreContext context)
    {
        var paths = new Argument<string[]>("path") { Description = "Two nodes; one with --snapshot", Arity = new ArgumentArity(1, 2) };
        var snapshot = new Option<string>("--snapshot") { Description = "Compare what 'xenstore export' wrote into this file with the store", HelpName = "file" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var color = Paint.Option();
        var command = new ToolCommand(
            "diff",
            "Compares two nodes and all below them; exits with 1 if they differ",
            "diff /local/domain/5/device /local/domain/6/device",
            "diff /local/domain/5 --snapshot before.json")
        {
            paths, snapshot, json, color,
        };
        command.SetAction(async (parsed, _) =>
        {
            var names = parsed.GetRequiredValue(paths);
            var file = parsed.GetValue(snapshot);
            if (names.Length != (file is null ? 2 : 1))
                throw new StoreFailureException(
                    ExitCode.Usage, "diff wants two paths, or one and --snapshot FILE; see 'xenstore diff --help'");
            var old = file is null ? null : ReadFile(file);
            return await context.WithStoreAsync(parsed, async client =>
            {
                old ??= await context.ReadTreeAsync(client, names[0]);
                var changes = TreeDifference.Find(old, await context.ReadTreeAsync(client, names[^1])).ToList();
                if (parsed.GetValue(json))
                    PrintJson(context, changes);
                else
                    PrintText(context, changes, Paint.Of(parsed.GetValue(color), context.Shell));
                return changes.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
            });
        });
        return command;
    }

    private static TreeNode ReadFile(string file)
    {
        using var stream = File.OpenRead(file);
        return TreeJson.Read(stream, file);
    }

    private static void PrintText(StoreContext context, IEnumerable<NodeChange> changes, Paint paint)
    {
        foreach (var change in changes)
        {
            foreach (var line in ChangeText.Lines(change, paint))
                context.Shell.Out.WriteLine(line);
        }
    }

    private static void PrintJson(StoreContext context, IEnumerable<NodeChange> changes) => StoreJson.WriteDocument(context.Shell.Out, json =>
    {
        json.WriteStartArray();
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("path", change.Path);
            json.WriteString("change", change.Old is null ? "added" : change.New is null ? "removed" : "changed");
            Write(json, "old", change.Old);
            Write(json, "new", change.New);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, string name, TreeNode? node)
    {
        if (node is null)
            return;
        json.WritePropertyName(name);
        TreeJson.Write(json, new TreeNode { Value = node.Value, Permissions = node.Permissions });
    }
}
