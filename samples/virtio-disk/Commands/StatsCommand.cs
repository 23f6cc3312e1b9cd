using System;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Threading.Tasks;
using VirtioHosting;
using VirtioHosting.Commands;
using VirtioHosting.Control;
using VirtioHosting.Output;

namespace VirtioDisk.Commands;

/// <summary>Shows what disks do.</summary>
internal static class StatsCommand
{
    private const string Request = """{"command":"stats"}""";
    private const string ClearScreen = "\e[H\e[J";
    private const double Megabyte = 1e6;

    internal static Command Create(HostProgram host, Shell shell)
    {
        var once = new Option<bool>("--once") { Description = "Print once, since each disk is served, and end." };
        var json = CommonOptions.Json();
        var interval = new Option<TimeSpan>("--interval", "-n")
        {
            Description = "Seconds between two tables.",
            HelpName = "SECONDS",
            DefaultValueFactory = static _ => TimeSpan.FromSeconds(1),
            CustomParser = static argument => Numbers.Seconds(argument),
        };
        var directory = CommonOptions.RunDirectory(host);
        var command = new ToolCommand(
            "stats",
            "Show what disks do: requests and megabytes a second, latencies, requests being served. Ctrl-C ends it.",
            "stats",
            "stats --once --json")
        {
            once, json, interval, directory,
        };
        command.SetAction(async (parsed, stop) =>
        {
            await using var client = await ControlClient.ConnectAsync(host.Name, parsed.GetRequiredValue(directory), stop);
            if (!parsed.GetValue(once))
                (await client.AskAsync(Request, stop)).Dispose();
            do
            {
                if (!parsed.GetValue(once))
                    await Task.Delay(parsed.GetValue(interval), stop);
                using var answer = await client.AskAsync(Request, stop);
                var disks = answer.RootElement.GetProperty("disks");
                if (parsed.GetValue(json))
                {
                    await shell.Out.WriteLineAsync(disks.GetRawText());
                }
                else
                {
                    if (shell.IsTerminal && !parsed.GetValue(once))
                        await shell.Out.WriteAsync(ClearScreen);
                    Table(disks).Write(shell.Out);
                }
            }
            while (!parsed.GetValue(once));
            return ExitCode.Success;
        });
        return command;
    }

    private static TextTable Table(JsonElement disks)
    {
        var table = new TextTable(
            " DOMAIN", " DEVID", " READ/s", " WRITE/s", " READ MB/s", " WRITE MB/s", " READ p50", " p99", " WRITE p50", " p99",
            " FLUSH p99", " DEPTH", " BUSY", " ERRORS", "IMAGE");
        foreach (var disk in disks.EnumerateArray())
        {
            var seconds = disk.GetProperty("seconds").GetDouble();
            var (read, write, flush) = (disk.GetProperty("read"), disk.GetProperty("write"), disk.GetProperty("flush"));
            table.Add(
                Whole(disk.GetProperty("domain").GetDouble()),
                Whole(disk.GetProperty("devid").GetDouble()),
                Whole(Rate(read, "count", seconds)),
                Whole(Rate(write, "count", seconds)),
                Tenths(Rate(read, "bytes", seconds) / Megabyte),
                Tenths(Rate(write, "bytes", seconds) / Megabyte),
                Time(read, "p50Microseconds"),
                Time(read, "p99Microseconds"),
                Time(write, "p50Microseconds"),
                Time(write, "p99Microseconds"),
                Time(flush, "p99Microseconds"),
                Whole(disk.GetProperty("inFlight").GetDouble()),
                Busy(disk, seconds),
                Whole(disk.GetProperty("errors").GetDouble()),
                disk.GetProperty("image").GetString()!);
        }

        return table;
    }

    private static double Rate(JsonElement operation, string name, double seconds) =>
        seconds > 0 ? operation.GetProperty(name).GetDouble() / seconds : 0;

    private static string Busy(JsonElement disk, double seconds)
    {
        var all = seconds * disk.GetProperty("queues").GetDouble();
        return all > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * disk.GetProperty("busySeconds").GetDouble() / all:0}%") : "-";
    }

    private static string Time(JsonElement operation, string name)
    {
        const double Millisecond = 1000;
        var time = operation.GetProperty(name).GetDouble();
        return operation.GetProperty("count").GetInt64() == 0 ? "-"
            : time < Millisecond ? string.Create(CultureInfo.InvariantCulture, $"{time:0}us")
            : string.Create(CultureInfo.InvariantCulture, $"{time / Millisecond:0.0}ms");
    }

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    private static string Tenths(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);
}
