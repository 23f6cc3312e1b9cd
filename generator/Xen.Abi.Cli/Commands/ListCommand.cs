using System.CommandLine;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Rendering;

namespace Xen.Abi.Cli.Commands;

/// <summary>Lists declarations.</summary>
internal static class ListCommand
{
    public static Command Create(Shell shell)
    {
        var pattern = new Argument<string?>("pattern")
        {
            Description = "A part of the name, or a pattern with * and ?",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var kind = new Option<string>("--kind", "-k") { Description = $"Only {string.Join(", ", ItemKind.All)}", HelpName = "kind" };
        kind.AcceptOnly(ItemKind.All);
        var header = new Option<string>("--header")
        {
            Description = "Only what this header declares: a part of its name, or a pattern",
            HelpName = "header",
        };
        var shared = new SharedOptions();
        var command = new ToolCommand(
            "list",
            "Lists declarations, with size or value, header and line",
            "list",
            "list 'xen_dm_op*' --kind struct",
            "list --header hvm/params.h --kind const",
            "list IOREQ --xen 4.14 --json")
        {
            pattern, kind, header,
        };
        shared.AddTo(command);
        command.SetAction(parsed =>
        {
            var names = new NamePattern(parsed.GetValue(pattern));
            var headers = new NamePattern(parsed.GetValue(header));
            Selection selection = shared.Select(parsed);
            ListEntry[] entries =
            [
                .. ListEntry.Of(selection, item => names.MatchesItem(item) && headers.Matches(item.Header)
                    && (parsed.GetValue(kind) is not { } only || only == ItemKind.Of(item))),
            ];
            if (parsed.GetValue(shared.Json))
                shell.Out.Write(ListText.Json(entries));
            else
                shell.Out.Write(ListText.Table(entries, selection.Targets));
            return entries.Length > 0 ? Shell.Ok : shell.Fail("nothing matches");
        });
        return command;
    }
}
