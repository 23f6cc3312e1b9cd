using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli.Compatible;

/// <summary>One run of one of the eight commands: what its user wants, and what it talks to.</summary>
/// <param name="shell">The streams.</param>
/// <param name="store">The store.</param>
/// <param name="options">The options.</param>
/// <param name="operands">The operands.</param>
internal sealed class CompatibleRun(
    Shell shell, StoreAccess store, IReadOnlyList<ParsedOption> options, IReadOnlyList<Word> operands)
{
    /// <summary>The operands.</summary>
    public IReadOnlyList<Word> Operands => operands;

    /// <summary>The operands, where they are paths.</summary>
    public IReadOnlyList<string> Paths { get; } = [.. operands.Select(static word => word.Text)];

    /// <summary>What is printed.</summary>
    public DataWriter Out => shell.Out;

    /// <summary>The streams, and all else of the surroundings.</summary>
    public Shell Shell => shell;

    /// <summary>Cancelled when the user wants no more of it.</summary>
    public CancellationToken Stop => shell.Stop;

    /// <summary>Whether one of Xen's options is there.</summary>
    public bool Has(char letter) => options.Any(option => option.Definition.Letter == letter);

    /// <summary>Whether one of this tool's options is there.</summary>
    public bool Has(OptionDefinition definition) => options.Any(option => option.Definition == definition);

    /// <summary>The last value of an option; null if it is not there.</summary>
    public string? Value(Func<OptionDefinition, bool> isIt) =>
        options.LastOrDefault(option => isIt(option.Definition)).Value?.Text;

    /// <summary>A number that one of this tool's options has; null if it is not there.</summary>
    /// <exception cref="StoreFailureException">It is no such number.</exception>
    public int? Number(OptionDefinition definition) =>
        Value(definition.Equals) is { } text ? OptionValue.Number(definition.Name, text) : null;

    /// <summary>Where the store is.</summary>
    public XenStoreEndpoint Endpoint => store.Endpoint;

    /// <summary>Connects to the store.</summary>
    public ValueTask<XenStoreClient> ConnectAsync() => store.ConnectAsync(Stop);
}
