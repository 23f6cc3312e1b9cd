using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Commands;

/// <summary>
/// Prints what makes a shell complete the command line; the shell then asks the hidden command <c>__complete</c>.
/// </summary>
internal static class CompletionCommand
{
    private const string AskName = "__complete";
    private const string ConnectOption = "--connect";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private const string Bash =
        """
        _xenstore() {
            local IFS=$'\n'
            COMPREPLY=($(xenstore __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
            case ${COMPREPLY[0]-} in /*) compopt -o nospace ;; esac
        }
        complete -F _xenstore xenstore

        """;

    private const string Zsh =
        """
        #compdef xenstore
        _xenstore() {
            local -a found
            found=("${(@f)$(xenstore __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            if [[ "${found[1]}" == /* ]]; then compadd -S '' -a found; else compadd -a found; fi
        }
        if [[ "${funcstack[1]}" == _xenstore ]]; then _xenstore; else compdef _xenstore xenstore; fi

        """;

    private const string Fish =
        """
        function __xenstore_complete
            set -l words (commandline -opc) (commandline -ct)
            xenstore __complete -- $words[2..-1] 2>/dev/null
        end
        complete -c xenstore -f -a '(__xenstore_complete)'

        """;

    public static Command Create(Shell shell)
    {
        var name = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        name.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new ToolCommand(
            "completion",
            "Prints a script that makes a shell complete commands, options and paths of the store",
            "completion bash > ~/.local/share/bash-completion/completions/xenstore",
            "completion zsh > \"${fpath[1]}/_xenstore\"",
            "completion fish > ~/.config/fish/completions/xenstore.fish")
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
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The command that answers what may stand in place of the last word.</summary>
    public static Command CreateAsk(Shell shell, RootCommand root, string? connect)
    {
        var words = new Argument<string[]>("words")
        {
            Description = "The words of the command line, the last one being completed",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new ToolCommand(AskName, "Lists completions") { words };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            string[] line = parsed.GetValue(words) ?? [];
            var last = line.LastOrDefault() ?? "";
            var found = last.StartsWith('/')
                ? await PathsAsync(new StoreAccess(shell, ConnectOf(line) ?? connect), last)
                : Words(root, line, last);
            foreach (var word in found.Where(word => word.StartsWith(last, StringComparison.Ordinal)).Distinct())
                shell.Out.WriteLine(word);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string? ConnectOf(string[] line)
    {
        var place = Array.IndexOf(line, ConnectOption);
        return place >= 0 && place + 2 < line.Length ? line[place + 1] : null;
    }

    private static IEnumerable<string> Words(RootCommand root, string[] line, string last)
    {
        var before = last.Length == 0 ? line.SkipLast(1).ToArray() : line;
        var words = root.Parse(before).GetCompletions().Select(static item => item.Label);
        return last.Length == 0 && line.Length > 1 ? words.Append("/") : words;
    }

    // What stands in the store below the path that is being typed. If there is no store, there is nothing to say.
    private static async Task<IEnumerable<string>> PathsAsync(StoreAccess store, string typed)
    {
        try
        {
            using var end = new CancellationTokenSource(LongestWait);
            var slash = typed.LastIndexOf('/');
            await using var client = await store.ConnectAsync(end.Token);
            var names = await client.ListAsync(slash == 0 ? "/" : typed[..slash], end.Token);
            return names.Select(name => $"{typed[..slash]}/{name}");
        }
#pragma warning disable CA1031 // whatever it is, a completion is no place for it
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
