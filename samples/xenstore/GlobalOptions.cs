using System;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli;

/// <summary>Options that may stand before a command.</summary>
internal static class GlobalOptions
{
    private const string Connect = "--connect";

    /// <summary>Takes them off a command line.</summary>
    /// <param name="words">The words.</param>
    /// <param name="connect">The user's words for the store; null if there are none.</param>
    /// <returns>The other words.</returns>
    /// <exception cref="StoreFailureException">There is no value.</exception>
    public static Word[] Take(Word[] words, out string? connect)
    {
        connect = null;
        while (words.Length > 0)
        {
            var text = words[0].Text;
            if (text.StartsWith(Connect + "=", StringComparison.Ordinal))
            {
                connect = text[(Connect.Length + 1)..];
                words = words[1..];
            }
            else if (text == Connect)
            {
                connect = words.Length > 1
                    ? words[1].Text
                    : throw new StoreFailureException(ExitCode.Usage, $"{Connect} wants a store");
                words = words[2..];
            }
            else
            {
                break;
            }
        }

        return words;
    }
}
