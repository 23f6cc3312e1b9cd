using System;
using System.Collections.Generic;
using System.IO;
using Xen.Headers;

namespace Xen.Abi.Cli;

/// <summary>What a command talks to: data goes to one stream, messages to the other.</summary>
/// <param name="Out">Data.</param>
/// <param name="Error">Messages.</param>
/// <param name="OpenInput">Opens the standard input.</param>
internal sealed record Shell(TextWriter Out, TextWriter Error, Func<Stream> OpenInput)
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>Not found, different, or failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int WrongUsage = 2;

    private const string Name = "xen-abi";

    private const int MostErrorsShown = 200;

    /// <summary>Reports errors in the form that build tools understand: <c>file(line,column): error CODE: text</c>.</summary>
    public int Fail(IEnumerable<HeaderError> errors)
    {
        int count = 0;
        foreach (HeaderError error in errors)
        {
            if (++count > MostErrorsShown)
                continue;
            string origin = error.Path.Length == 0 ? Name
                : error.Line == 0 ? error.Path
                : error.Column == 0 ? $"{error.Path}({error.Line})"
                : $"{error.Path}({error.Line},{error.Column})";
            Error.WriteLine($"{origin}: error {error.Code}: {error.Text}");
        }

        return count > MostErrorsShown ? Fail($"{count - MostErrorsShown} more errors") : Failed;
    }

    /// <summary>Says why something was not found.</summary>
    public int Fail(string message)
    {
        Error.WriteLine($"{Name}: {message}");
        return Failed;
    }
}
