using System;
using System.CommandLine;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;
using Xen.Store.Cli.Output;
using Xen.Store.Cli.Text;
using Xen.Store.Cli.Trees;

namespace Xen.Store.Cli.Commands;

/// <summary>Waits until a node is as it should be.</summary>
internal static class WaitCommand
{
    public static Command Create(StoreContext context)
    {
        var path = new Argument<string>("path") { Description = "The node" };
        var condition = new Argument<string[]>("condition")
        {
            Description = "exists (the default), gone, == VALUE, or != VALUE (also of a node that is not there)",
            Arity = new ArgumentArity(0, 2),
        };
        var timeout = new Option<string>("--timeout") { Description = "Ends with exit code 5 after so long", HelpName = "seconds" };
        var json = new Option<bool>("--json") { Description = "Print path and value as JSON" };
        var command = new ToolCommand(
            "wait",
            "Waits until a node exists, is gone, or has or has no longer a value",
            "wait /local/domain/5/device/vif/0/state == 4 --timeout 30",
            "wait /local/domain/5 gone")
        {
            path, condition, timeout, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            var isMet = Condition(parsed.GetValue(condition) ?? []);
            var time = OptionValue.Seconds("timeout", parsed.GetValue(timeout));
            return await context.WithStoreAsync(parsed, async client =>
            {
                var value = await WaitAsync(client, parsed.GetRequiredValue(path), isMet, time, context.Stop);
                if (parsed.GetValue(json))
                    Print(context, parsed.GetRequiredValue(path), value);
                return ExitCode.Ok;
            });
        });
        return command;
    }

    private static Func<byte[]?, bool> Condition(string[] words)
    {
        var wanted = words.Length == 2 ? ValueText.Unescape(Encoding.UTF8.GetBytes(words[1])) : null;
        return words switch
        {
            [] or ["exists"] => static value => value is not null,
            ["gone"] => static value => value is null,
            ["==", _] => value => value is not null && value.AsSpan().SequenceEqual(wanted),
            ["!=", _] => value => value is null || !value.AsSpan().SequenceEqual(wanted),
            _ => throw new StoreFailureException(
                ExitCode.Usage, $"'{string.Join(' ', words)}' is no condition: say exists, gone, == VALUE or != VALUE"),
        };
    }

    private static async Task<byte[]?> WaitAsync(
        XenStoreClient client, string path, Func<byte[]?, bool> isMet, TimeSpan timeout, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(timeout);
        try
        {
            await using var watch = await client.OpenWatchAsync(path, depth: 0, end.Token);
            await foreach (var _ in watch.WithCancellation(end.Token))
            {
                var value = await client.TryReadBytesAsync(path, end.Token);
                if (isMet(value))
                    return value;
            }

            throw new StoreFailureException(
                ExitCode.NoStore, $"the connection ended while {path} was watched; is xenstored running?");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new StoreFailureException(
                ExitCode.Conflict, $"{path} did not become so within {timeout.TotalSeconds:0.###} seconds");
        }
    }

    private static void Print(StoreContext context, string path, byte[]? value) => StoreJson.WriteLine(context.Shell.Out, json =>
    {
        json.WriteStartObject();
        json.WriteString("path", path);
        json.WritePropertyName(NodeJson.Value);
        if (value is null)
            json.WriteNullValue();
        else
            StoreJson.WriteValue(json, value);
        json.WriteEndObject();
    });
}
