using System.Collections.Generic;
using System.CommandLine;

namespace Xen.Store.Cli.Commands;

/// <summary>
/// The eight commands that Xen has too, as help and completion see them; they are parsed and run elsewhere.
/// </summary>
internal static class CompatibleHelp
{
    public static IEnumerable<Command> Create() =>
    [
        Make("ls", "Lists nodes, their values, and all below them",
            [
                Flag("--flat", "-f", "Whole paths in place of indented names"),
                Flag("--prefix", "-p", "Permissions, too"),
                Flag("--values", null, "Whole values: do not cut them at the end of the line"),
                Flag("--no-values", null, "No values"),
                Valued("--depth", null, "levels", "So many levels"),
                Valued("--match", null, "pattern", "Nodes of that name, or of that path if there is a slash in it; * and ?"),
                Json(),
            ],
            Paths("/ if there is none", isOptional: true),
            "ls -fp /local/domain/5", "ls --depth 1 --no-values /local/domain", "ls --json --match state"),
        Make("list", "Prints the names of children", [Flag("--prefix", "-p", "Paths in place of names"), Json()], Paths("Nodes"), "list -p /local/domain"),
        Make("read", "Prints values; several as they are at one moment",
            [Flag("--prefix", "-p", "The path before each"), Flag("--raw", "-R", "The bytes as they are, without a line end"), Json()],
            Paths("Nodes"),
            "read /local/domain/5/name", "read --json /tool/xenstored domid"),
        Make("write", "Writes values; several in one transaction", [Flag("--raw", "-R", @"Take \ as itself, not as the beginning of \n, \x0a, \012")],
            Paths("Paths and values in turn"), @"write /a hello /b 'two\nlines'"),
        Make("rm", "Removes nodes and all below them", [Flag("--tidy", "-t", "Parents, too, that are empty then")], Paths("Nodes"), "rm -t /a/b"),
        Make("exists", "Exits with 0 if all nodes are there, else with 1", [Json()], Paths("Nodes"), "exists /local/domain/5 && echo yes"),
        Make("chmod", "Sets permissions: those of all, then of single domains",
            [Flag("--upto", "-u", "Of the nodes above, too"), Flag("--recurse", "-r", "Of the nodes below, too")],
            Paths("A node, and permissions: n, r, w or b and a domain, the owner first"), "chmod -r /local/domain/5/data n5 r0"),
        Make("watch", "Prints the paths of nodes as they change, the watched ones first",
            [
                Valued("--number", "-n", "count", "End after so many"),
                Valued("--depth", "-d", "levels", "Not what is further below than so many levels"),
                Flag("--values", null, "The values, too"),
                Flag("--timestamps", null, "The time, too"),
                Valued("--timeout", null, "seconds", "End after so long; with exit code 5 if -n is not reached"),
                Json("An object in a line of its own for each event"),
            ],
            Paths("Nodes, @introduceDomain or @releaseDomain"),
            "watch -n 1 @introduceDomain", "watch --values --timestamps /local/domain/5/device"),
    ];

    private static ToolCommand Make(
        string name, string description, Option[] options, Argument argument, params string[] examples)
    {
        var command = new ToolCommand(name, description, examples) { argument };
        foreach (var option in options)
            command.Options.Add(option);
        return command;
    }

    private static Argument<string[]> Paths(string description, bool isOptional = false) => new("path")
    {
        Description = description,
        Arity = isOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    private static Option<bool> Flag(string name, string? letter, string description) =>
        new(name, letter is null ? [] : [letter]) { Description = description };

    private static Option<string> Valued(string name, string? letter, string value, string description) =>
        new(name, letter is null ? [] : [letter]) { Description = description, HelpName = value };

    private static Option<bool> Json(string description = "Print JSON") => Flag("--json", null, description);
}
