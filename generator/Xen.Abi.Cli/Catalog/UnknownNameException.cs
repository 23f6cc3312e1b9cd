using System;
using System.Collections.Generic;
using Xen.Sys.Generator.Planning;

namespace Xen.Abi.Cli.Catalog;

/// <summary>The user named something that there is not. The message suggests what there is.</summary>
internal sealed class UnknownNameException : Exception
{
    private const int FewEnoughToList = 8;

    /// <summary>Creates the exception.</summary>
    public UnknownNameException(string what, string name, IEnumerable<string> known)
        : base(Explain(what, name, [.. known]))
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public UnknownNameException(string message)
        : base(message)
    {
    }

    private static string Explain(string what, string name, string[] known)
    {
        string[] near = Spelling.Nearest(name, known);
        string hint = known.Length <= FewEnoughToList ? $"; there is {string.Join(", ", known)}"
            : near.Length > 0 ? $"; did you mean {string.Join(", ", near)}?"
            : "";
        return $"there is no {what} '{name}'{hint}";
    }
}
