using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;

namespace Xen.Store.Cli.Compatible;

/// <summary>The store's answers about several paths, up to the first that it refuses.</summary>
/// <param name="Given">The answers, in the order of the paths.</param>
/// <param name="Failure">Why there are not more; null if there are all.</param>
internal sealed record Answers<T>(IReadOnlyList<T> Given, ExceptionDispatchInfo? Failure)
{
    /// <summary>
    /// Asks about each path at once; about several in one transaction, so that the answers fit together.
    /// </summary>
    /// <param name="run">The run of the command.</param>
    /// <param name="client">The store.</param>
    /// <param name="ask">The question.</param>
    public static async Task<Answers<T>> AskAsync(
        CompatibleRun run, XenStoreClient client, Func<XenStoreOperations, string, ValueTask<T>> ask)
    {
        var given = new List<T>();
        try
        {
            if (run.Paths.Count == 1)
                await AskAsync(run.Paths, client, ask, given);
            else
                await client.TransactAsync(
                    async transaction => await AskAsync(run.Paths, transaction, ask, given), run.Stop);
            return new Answers<T>(given, null);
        }
        catch (Exception error) when (error is XenStoreReplyException or ArgumentException)
        {
            return new Answers<T>(given, ExceptionDispatchInfo.Capture(error));
        }
    }

    private static async Task AskAsync(
        IReadOnlyList<string> paths, XenStoreOperations store, Func<XenStoreOperations, string, ValueTask<T>> ask, List<T> given)
    {
        given.Clear();
        Task<T>[] questions = [.. paths.Select(async path => await ask(store, path))];
        await ((Task)Task.WhenAll(questions)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var question in questions)
            given.Add(await question);
    }
}
