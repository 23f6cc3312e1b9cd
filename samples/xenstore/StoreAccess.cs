using System;
using System.Threading;
using System.Threading.Tasks;

namespace Xen.Store.Cli;

/// <summary>The store that a command line names, opened when it is needed.</summary>
/// <param name="shell">The surroundings.</param>
/// <param name="connect">The user's words for the store; null if there are none.</param>
internal sealed class StoreAccess(Shell shell, string? connect)
{
    /// <summary>The variable that names a store where the command line does not.</summary>
    public const string Variable = "XENSTORE_CONNECT";

    private const string MemoryPrefix = "memory:";

    private XenStoreEndpoint? _endpoint;
    private Func<CancellationToken, Task>? _save;

    /// <summary>Where the store is.</summary>
    /// <exception cref="StoreFailureException">The user's words are of no store.</exception>
    public XenStoreEndpoint Endpoint => _endpoint ??= FindEndpoint();

    /// <summary>Connects to it.</summary>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="XenStoreConnectException">There is no store, or no way to it.</exception>
    public ValueTask<XenStoreClient> ConnectAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();

        // Lost connections are not made again: a command that came half-way says so.
        return ValueTask.FromResult(
            XenStoreClient.Connect(new XenStoreOptions { Endpoint = Endpoint, Reconnect = false }));
    }

    /// <summary>To be called when a command has done its work: a store in memory goes back into its file.</summary>
    public Task FinishAsync() => _save is null ? Task.CompletedTask : _save(shell.Stop);

    // In a method of its own, so that its library is loaded for those who want it.
    private XenStoreEndpoint OpenMemory(string file)
    {
        var memory = MemoryStore.Load(file);
        _save = memory.SaveAsync;
        return memory.Endpoint;
    }

    private XenStoreEndpoint FindEndpoint()
    {
        var (words, origin) = connect is null ? (shell.Variable(Variable), Variable) : (connect, "--connect");
        if (connect is null && shell.Endpoint is not null)
            return shell.Endpoint;
        if (string.IsNullOrEmpty(words))
            return XenStoreEndpoint.Default;
        if (words.Length > MemoryPrefix.Length && words.StartsWith(MemoryPrefix, StringComparison.Ordinal))
            return OpenMemory(words[MemoryPrefix.Length..]);
        try
        {
            return XenStoreEndpoint.Parse(words);
        }
        catch (FormatException)
        {
            throw new StoreFailureException(
                ExitCode.Usage, $"{origin} '{words}' is no store: say unix:PATH, xenbus, xenbus:PATH or memory:FILE.json");
        }
    }
}
