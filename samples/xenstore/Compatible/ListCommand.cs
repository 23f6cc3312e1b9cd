using System.Threading.Tasks;
using Xen.Store.Cli.Output;

namespace Xen.Store.Cli.Compatible;

/// <summary>Prints the names of children.</summary>
internal static class ListCommand
{
    public static CompatibleCommand Definition { get; } = new("list", "p", 1, [AddedOptions.Json], RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        await using var client = await run.ConnectAsync();
        var names = await Answers<string[]>.AskAsync(run, client, (store, path) => store.ListAsync(path, run.Stop));
        if (run.Has(AddedOptions.Json))
        {
            names.Failure?.Throw();
            JsonAnswers.Write(run, names.Given, static (json, children) => StoreJson.WriteStrings(json, children));
            return true;
        }

        for (var i = 0; i < names.Given.Count; i++)
        {
            foreach (var name in names.Given[i])
                run.Out.WriteLine(run.Has('p') ? $"{run.Paths[i]}/{name}" : name);
        }

        names.Failure?.Throw();
        return true;
    }
}
