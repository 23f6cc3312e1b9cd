using System.CommandLine;
using System.IO;
using System.Threading.Tasks;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Commands;

/// <summary>Writes what <c>export</c> printed.</summary>
internal static class ImportCommand
{
    private const int StepsPerTransaction = 500;

    public static Command Create(StoreContext context)
    {
        var path = new Argument<string>("path") { Description = "Where the file's node goes", DefaultValueFactory = static _ => "/" };
        var file = new Option<string>("--file") { Description = "The file; by default the standard input", HelpName = "file" };
        var replace = new Option<bool>("--replace") { Description = "Remove what the file does not have" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only print what would be done" };
        var command = new ToolCommand(
            "import",
            "Writes nodes as JSON has them, in one transaction; what is the same already is not touched",
            "import < store.json",
            "import /local/domain/5 --file domain.json --replace --dry-run")
        {
            path, file, replace, dryRun,
        };
        command.SetAction(async (parsed, _) =>
        {
            var tree = Read(context.Shell, parsed.GetValue(file));
            var target = parsed.GetRequiredValue(path);
            return await context.WithStoreAsync(parsed, async client =>
            {
                var plan = new ImportPlan(
                    target, tree, await ReadStoreAsync(context, client, target), parsed.GetValue(replace));
                if (!parsed.GetValue(dryRun))
                    await RunAsync(context, client, plan);
                else
                    Print(context, plan);
                return ExitCode.Ok;
            });
        });
        return command;
    }

    private static void Print(StoreContext context, ImportPlan plan)
    {
        foreach (var words in plan.Words)
            context.Shell.Out.WriteLine(words);
    }

    private static TreeNode Read(Shell shell, string? file)
    {
        using var stream = file is null ? shell.OpenInput() : File.OpenRead(file);
        return TreeJson.Read(stream, file ?? "standard input");
    }

    private static async Task<TreeNode?> ReadStoreAsync(StoreContext context, XenStoreClient client, string path)
    {
        try
        {
            return await context.ReadTreeAsync(client, path);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return null;
        }
    }

    private static async Task RunAsync(StoreContext context, XenStoreClient client, ImportPlan plan)
    {
        if (plan.Count == 0)
            return;
        try
        {
            await RunAsync(context, client, plan, 0, plan.Count);
        }
        catch (XenStoreReplyException error)
            when (plan.Count > StepsPerTransaction && error.Error is (XenStoreError.QuotaExceeded or XenStoreError.TooBig))
        {
            context.Shell.Error.WriteLine($"xenstore: {plan.Count} steps are too many for one transaction here ({error.ErrorName}); they go into several");
            for (var first = 0; first < plan.Count; first += StepsPerTransaction)
                await RunAsync(context, client, plan, first, StepsPerTransaction);
        }
    }

    private static async Task RunAsync(StoreContext context, XenStoreClient client, ImportPlan plan, int first, int count) =>
        await client.TransactAsync(
            async transaction => await plan.RunAsync(transaction, first, count, context.Stop), context.Stop);
}
