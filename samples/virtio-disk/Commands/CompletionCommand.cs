using System;
using System.CommandLine;
using System.Linq;

namespace VirtioDisk.Commands;

/// <summary>
/// Prints what makes a shell complete the command line; the shell then asks the hidden command <c>__complete</c>.
/// </summary>
internal static class CompletionCommand
{
    private const string AskName = "__complete";

    private const string Bash =
        """
        _virtio_disk() {
            local IFS=$'\n'
            COMPREPLY=($(virtio-disk __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o default -F _virtio_disk virtio-disk

        """;

    private const string Zsh =
        """
        #compdef virtio-disk
        _virtio_disk() {
            local -a found
            found=("${(@f)$(virtio-disk __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            compadd -a found
            _files
        }
        if [[ "${funcstack[1]}" == _virtio_disk ]]; then _virtio_disk; else compdef _virtio_disk virtio-disk; fi

        """;

    private const string Fish =
        """
        function __virtio_disk_complete
            set -l words (commandline -opc) (commandline -ct)
            virtio-disk __complete -- $words[2..-1] 2>/dev/null
        end
        complete -c virtio-disk -a '(__virtio_disk_complete)'

        """;

    internal static Command Create(Shell shell)
    {
        var name = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        name.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new ToolCommand(
            "completion",
            "Print a script that makes a shell complete commands and options.",
            "completion bash > /usr/share/bash-completion/completions/virtio-disk")
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
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The command that answers what may stand in place of the last word.</summary>
    internal static Command CreateAsk(Shell shell, RootCommand root)
    {
        var words = new Argument<string[]>("words")
        {
            Description = "The words of the command line, the last one being completed.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new ToolCommand(AskName, "List completions.") { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var line = parsed.GetValue(words) ?? [];
            var last = line.LastOrDefault() ?? "";
            var found = root.Parse(line.SkipLast(1).ToArray()).GetCompletions().Select(static item => item.Label);
            foreach (var word in found.Where(word => word.StartsWith(last, StringComparison.Ordinal)).Distinct())
                shell.Out.Write(word + "\n");
            return ExitCode.Success;
        });
        return command;
    }
}
