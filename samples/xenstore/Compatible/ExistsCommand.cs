using System.Linq;
using System.Threading.Tasks;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli.Compatible;

/// <summary>Says by its exit code whether all nodes are there.</summary>
internal static class ExistsCommand
{
    public static CompatibleCommand Definition { get; } = new("exists", "", 1, [AddedOptions.Json], RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        await using var client = await run.ConnectAsync();

        // As Xen's program does: a node that may not be read does not count as one that is there.
        var answers = await Answers<bool>.AskAsync(
            run, client, async (store, path) => await store.TryReadBytesAsync(path, run.Stop) is not null);
        answers.Failure?.Throw();
        if (run.Has(AddedOptions.Json))
            JsonAnswers.Write(run, answers.Given, static (json, exists) => json.WriteBooleanValue(exists));
        return answers.Given.All(static exists => exists);
    }
}
