using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Cli.Rendering;

namespace Xen.Abi.Cli.Commands;

/// <summary>Shows one declaration with its layout.</summary>
internal static class ShowCommand
{
    public static Command Create(Shell shell)
    {
        var name = new Argument<string[]>("name")
        {
            Description = "The C name of a structure, union, enumeration, typedef or constant; 'struct', 'union' or 'enum' may stand before it",
            Arity = new ArgumentArity(1, 2),
        };
        name.Validators.Add(static result =>
        {
            if (!CName.IsOne([.. result.Tokens.Select(static token => token.Value)]))
                result.AddError("show takes one name; 'struct', 'union' or 'enum' may stand before it");
        });
        var expand = new Option<bool>("--expand", "-e") { Description = "Show the structures that it holds in place" };
        var shared = new SharedOptions();
        var command = new ToolCommand(
            "show",
            "Shows a declaration in C, with offsets, sizes, bits and holes",
            "show ioreq                        # each layout, with the targets that have it",
            "show xen_dm_op --expand --arch arm64",
            "show xen_domctl_createdomain --xen all --arch x86_64",
            "show ioreq --json | jq '.fields[] | select(.bitField)'")
        {
            name, expand,
        };
        shared.AddTo(command);
        command.SetAction(parsed =>
        {
            (string? kind, string wanted) = CName.Split(parsed.GetRequiredValue(name));
            Selection selection = shared.Select(parsed);
            IReadOnlyList<Scope> found = selection.Find(wanted);
            if (found.Count == 0)
                throw selection.Unknown(wanted);
            if (kind is not null && !found.Any(scope => scope.Find(wanted).Any(item => ItemKind.Of(item) == kind)))
                return shell.Fail($"there is no {kind} '{wanted}', but a {ItemKind.Of(found[0].Find(wanted)[0])}");
            shell.Out.Write(parsed.GetValue(shared.Json)
                ? Json(selection, found, wanted)
                : string.Join("\n", Layouts(found, wanted, parsed.GetValue(expand))));
            return Shell.Ok;
        });
        return command;
    }

    /// <summary>Each layout once, below the targets that have it.</summary>
    private static IEnumerable<string> Layouts(IReadOnlyList<Scope> scopes, string name, bool expand) =>
        from scope in scopes
        group scope by (scope.Release, Text: ItemText.Of(scope, name, expand)) into same
        let item = same.First().Find(name)[0]
        select $"/* {same.Key.Release.FullName} on {string.Join(", ", same.Select(static scope => scope.Target))}: {item.Header}:{item.Line} */\n"
            + same.Key.Text;

    /// <summary>One object; an array if several releases or targets were asked for. Without a target, the first one counts.</summary>
    private static string Json(Selection selection, IReadOnlyList<Scope> found, string name)
    {
        Scope[] chosen = selection.AnyTarget
            ? [.. found.GroupBy(static scope => scope.Release).Select(static same => same.First())]
            : [.. found];
        return JsonText.Of(json =>
        {
            if (selection.IsSingle)
            {
                ItemJson.Write(json, chosen[0], chosen[0].Find(name)[0]);
                return;
            }

            json.WriteStartArray();
            foreach (Scope scope in chosen)
                ItemJson.Write(json, scope, scope.Find(name)[0]);
            json.WriteEndArray();
        });
    }
}
