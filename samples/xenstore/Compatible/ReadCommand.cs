using System.Threading.Tasks;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Compatible;

/// <summary>Prints values.</summary>
internal static class ReadCommand
{
    public static CompatibleCommand Definition { get; } = new("read", "pR", 1, [AddedOptions.Json], RunAsync);

    private static async Task<bool> RunAsync(CompatibleRun run)
    {
        await using var client = await run.ConnectAsync();
        var values = await Answers<byte[]>.AskAsync(run, client, (store, path) => store.ReadBytesAsync(path, run.Stop));
        if (run.Has(AddedOptions.Json))
        {
            values.Failure?.Throw();
            JsonAnswers.Write(run, values.Given, static (json, value) => StoreJson.WriteValue(json, value));
            return true;
        }

        for (var i = 0; i < values.Given.Count; i++)
            Print(run, run.Paths[i], values.Given[i]);
        values.Failure?.Throw();
        return true;
    }

    private static void Print(CompatibleRun run, string path, byte[] value)
    {
        if (run.Has('p'))
            run.Out.Write($"{path}: ");
        if (run.Has('R'))
        {
            run.Out.Write(value);
            return;
        }

        ValueText.Escape(value, run.Out);
        run.Out.Write("\n"u8);
    }
}
