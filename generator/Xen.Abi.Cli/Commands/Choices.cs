using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Linq;

namespace Xen.Abi.Cli.Commands;

/// <summary>Options and arguments that take one of a few words.</summary>
internal static class Choices
{
    /// <summary>Refuses all other words.</summary>
    public static void AcceptOnly(this Option option, IReadOnlyList<string> words)
    {
        option.CompletionSources.Add([.. words]);
        option.Validators.Add(result =>
        {
            foreach (string other in Others(result.Tokens, words))
                result.AddError($"{option.Name} knows no '{other}', but {string.Join(", ", words)}");
        });
    }

    /// <summary>Refuses all other words.</summary>
    public static void AcceptOnly(this Argument argument, IReadOnlyList<string> words)
    {
        argument.CompletionSources.Add([.. words]);
        argument.Validators.Add(result =>
        {
            foreach (string other in Others(result.Tokens, words))
                result.AddError($"there is no '{other}', but {string.Join(", ", words)}");
        });
    }

    /// <summary>Refuses what looks like an option, which can only be a mistake.</summary>
    public static void RefuseOptions(this Argument argument) => argument.Validators.Add(static result =>
    {
        foreach (Token token in result.Tokens.Where(static token => token.Value.Length > 1 && token.Value[0] == '-'))
            result.AddError($"there is no option '{token.Value}'");
    });

    private static IEnumerable<string> Others(IReadOnlyList<Token> tokens, IReadOnlyList<string> words) =>
        tokens.Select(static token => token.Value).Except(words, StringComparer.Ordinal);
}
