using System;
using System.IO;
using System.Threading;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli;

/// <summary>What a command talks to: data goes to one stream, messages to the other.</summary>
/// <param name="Out">Data.</param>
/// <param name="Error">Messages.</param>
/// <param name="OpenInput">Opens the standard input.</param>
/// <param name="Columns">The columns of the terminal to which data goes; null if it goes elsewhere.</param>
/// <param name="Variable">A variable of the environment; null if it is not set.</param>
/// <param name="Stop">Cancelled when the user wants no more.</param>
internal sealed record Shell(
    DataWriter Out,
    TextWriter Error,
    Func<Stream> OpenInput,
    int? Columns,
    Func<string, string?> Variable,
    CancellationToken Stop)
{
    /// <summary>
    /// The store, if the command line names none; null for the one that the environment or the machine has.
    /// </summary>
    public XenStoreEndpoint? Endpoint { get; init; }
}
