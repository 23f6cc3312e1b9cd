using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Compatible;

/// <summary>Writes values; several in one transaction.</summary>
internal static class WriteCommand
{
    public static CompatibleCommand Definition { get; } = new("write", "R", 2, [], RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        if (run.Operands.Count % 2 != 0)
            throw new StoreFailureException(ExitCode.Usage, $"no value for {run.Operands[^1]}");

        (string Path, ReadOnlyMemory<byte> Value)[] pairs =
            [.. run.Operands.Chunk(2).Select(
                pair => (pair[0].Text, run.Has('R') ? pair[1].Bytes : ValueText.Unescape(pair[1].Bytes.Span)))];
        await using var client = await run.ConnectAsync();
        if (pairs is [var only])
            await client.WriteAsync(only.Path, only.Value, run.Stop);
        else
            await client.TransactAsync(async transaction => await WriteAsync(run, transaction, pairs), run.Stop);
        return true;
    }

    // Requests are answered in their order, so of two values for a path the later one stays.
    private static Task WriteAsync(
        CompatibleRun run, XenStoreOperations store, IEnumerable<(string Path, ReadOnlyMemory<byte> Value)> pairs) =>
        Task.WhenAll(pairs.Select(async pair => await store.WriteAsync(pair.Path, pair.Value, run.Stop)).ToArray());
}
