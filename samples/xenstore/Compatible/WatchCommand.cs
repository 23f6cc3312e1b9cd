using System.Threading.Tasks;
using Xen.Store.Cli.Text;
using Xen.Store.Cli.Watching;

namespace Xen.Store.Cli.Compatible;

/// <summary>Prints the paths of nodes as they change.</summary>
internal static class WatchCommand
{
    private const int WithoutEnd = -1;

    public static CompatibleCommand Definition { get; } = new(
        "watch",
        "n",
        1,
        [AddedOptions.WatchDepth, AddedOptions.Json, AddedOptions.Values, AddedOptions.Timestamps, AddedOptions.Timeout],
        RunAsync);

    private static Task<bool> RunAsync(CompatibleRun run)
    {
        var left = run.Value(static option => option.Letter == 'n') is { } number ? CNumber.Read(number) : WithoutEnd;
        var depth = run.Number(AddedOptions.WatchDepth);
        var end = Deadline.After(
            OptionValue.Seconds(AddedOptions.Timeout.Name, run.Value(AddedOptions.Timeout.Equals)));
        using var events = new EventStream(run.Endpoint, run.Stop);
        foreach (var path in run.Paths)
            events.Watch(path, depth);

        var printer = new EventPrinter(run, events);
        for (; left > 0 || left == WithoutEnd; left -= left > 0 ? 1 : 0)
        {
            if (events.Next(end.Left) is not { } path)
                return left == WithoutEnd ? Task.FromResult(true) : throw new StoreFailureException(
                    ExitCode.Conflict, $"the time is over, {left} events have not come");
            printer.Print(path);
        }

        return Task.FromResult(true);
    }
}
