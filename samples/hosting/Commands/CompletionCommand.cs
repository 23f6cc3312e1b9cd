using System;
using System.CommandLine;
using System.Linq;

namespace VirtioHosting.Commands;

/// <summary>
/// Prints what makes a shell complete the command line; the shell then asks the hidden command <c>__complete</c>.
/// </summary>
internal static class CompletionCommand
{
    private const string AskName = "__complete";

    // NAME is the program's, IDENT a name that shells take for a function.
    private const string Bash =
        """
        _IDENT() {
            local IFS=$'\n'
            COMPREPLY=($(NAME __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o default -F _IDENT NAME

        """;

    private const string Zsh =
        """
        #compdef NAME
        _IDENT() {
            local -a found
            found=("${(@f)$(NAME __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            compadd -a found
            _files
        }
        if [[ "${funcstack[1]}" == _IDENT ]]; then _IDENT; else compdef _IDENT NAME; fi

        """;

    private const string Fish =
        """
        function __IDENT_complete
            set -l words (commandline -opc) (commandline -ct)
            NAME __complete -- $words[2..-1] 2>/dev/null
        end
        complete -c NAME -a '(__IDENT_complete)'

        """;

    internal static Command Create(HostProgram host, Shell shell)
    {
        var name = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        name.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new ToolCommand(
            "completion",
            "Print a script that makes a shell complete commands and options.",
            $"completion bash > /usr/share/bash-completion/completions/{host.Name}")
        {
            name,
        };
        command.SetAction(parsed =>
        {
            var script = parsed.GetRequiredValue(name) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            };
            shell.Out.Write(script
                .Replace("NAME", host.Name, StringComparison.Ordinal)
                .Replace("IDENT", host.Name.Replace('-', '_'), StringComparison.Ordinal));
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
