using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Xen.Abi.Cli.Catalog;

namespace Xen.Abi.Cli.Commands;

/// <summary>Prints what makes a shell complete the command line; the shell then asks the hidden command <c>__complete</c>.</summary>
internal static class CompletionCommand
{
    private const string AskName = "__complete";

    private const string Bash =
        """
        _xen_abi() {
            local IFS=$'\n'
            COMPREPLY=($(xen-abi __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
            [ "${#COMPREPLY[@]}" -ne 0 ] || compopt -o default
        }
        complete -F _xen_abi xen-abi

        """;

    private const string Zsh =
        """
        #compdef xen-abi
        _xen_abi() {
            local -a found
            found=("${(@f)$(xen-abi __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            if [[ -n "${found[*]}" ]]; then compadd -a found; else _files; fi
        }
        if [[ "${funcstack[1]}" == _xen-abi ]]; then _xen_abi; else compdef _xen_abi xen-abi; fi

        """;

    private const string Fish =
        """
        function __xen_abi_complete
            set -l words (commandline -opc) (commandline -ct)
            xen-abi __complete -- $words[2..-1] 2>/dev/null
        end
        complete -c xen-abi -a '(__xen_abi_complete)'

        """;

    public static Command Create(Shell shell)
    {
        var name = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        name.AcceptOnly(["bash", "zsh", "fish"]);
        var command = new ToolCommand(
            "completion",
            "Prints a script that makes a shell complete commands, options and names",
            "completion bash > ~/.local/share/bash-completion/completions/xen-abi",
            "completion zsh > \"${fpath[1]}/_xen-abi\"",
            "completion fish > ~/.config/fish/completions/xen-abi.fish")
        {
            name,
        };
        command.SetAction(parsed =>
        {
            shell.Out.Write(parsed.GetRequiredValue(name) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return Shell.Ok;
        });
        return command;
    }

    /// <summary>The command that answers what may stand in place of the last word.</summary>
    public static Command CreateAsk(Shell shell, RootCommand root)
    {
        var words = new Argument<string[]>("words")
        {
            Description = "The words of the command line, the last one being completed",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new ToolCommand(AskName, "Lists completions") { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string[] line = parsed.GetValue(words) ?? [];
            string last = line.LastOrDefault() ?? "";
            foreach (string found in Completions(root, line, last).Distinct().Where(word => word.StartsWith(last, StringComparison.Ordinal)))
                shell.Out.Write(found + "\n");
            return Shell.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Completions(RootCommand root, string[] line, string last)
    {
        bool names = line is ["show" or "decode" or "diff" or "list", ..] && !last.StartsWith('-');
        return (names, line.Length > 1 ? line[^2] : "") switch
        {
            (_, "--xen") => Metadata.Load([]).Releases.Where(static release => release.IsXen).Select(static release => release.Name),
            (_, "--arch") => Architectures.Of(Metadata.Load([]).Releases),
            (_, "--kind" or "-k") => ItemKind.All,
            (true, _) when line.Length == 2 || line[0] == "diff" => NamesFor(line[0], line.Length),
            _ => root.Parse(last.Length == 0 ? line.SkipLast(1).ToArray() : line).GetCompletions().Select(static item => item.Label).Where(static word => !word.StartsWith('/')),
        };
    }

    private static IEnumerable<string> NamesFor(string command, int words)
    {
        const int LastSide = 3;
        Metadata metadata = Metadata.Load([]);
        return command == "diff" && words <= LastSide
            ? metadata.Releases.Select(static release => release.Name).Concat(metadata.NewestXen.Model.Targets)
            : new Selection(metadata, [], []).Scopes
                .SelectMany(scope => command == "decode" ? scope.TypeNames : scope.Names)
                .Where(static name => !name.Contains('.'))
                .Order(StringComparer.Ordinal);
    }
}
