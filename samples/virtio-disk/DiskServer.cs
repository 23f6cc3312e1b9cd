using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xen.Sys;
using Xen.Virtio.Storage;

namespace VirtioDisk;

/// <summary>Serves one disk to one guest, from the check of what the user gave to the summary at the end.</summary>
internal static class DiskServer
{
    internal static async Task<int> RunAsync(ServeOptions options)
    {
        using var logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(options.IsVerbose ? LogLevel.Debug : LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .Services.Configure<ConsoleLoggerOptions>(console =>
                console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var stop = new CancellationTokenSource();
        using var terminate = StopOn(PosixSignal.SIGTERM, stop);
        using var interrupt = StopOn(PosixSignal.SIGINT, stop);
        try
        {
            using var image = RawFileBackend.Open(
                options.ImagePath,
                new RawFileOptions { ReadOnly = options.IsReadOnly },
                logging.CreateLogger<RawFileBackend>());
            using var machine = GuestMachine.Attach(options.Domain, logging);
            return await ServeAsync(options, image, machine, logging, stop.Token);
        }
        catch (Exception error) when (error is XenException or IOException or UsageException)
        {
            await Console.Error.WriteLineAsync("virtio-disk: " + error.Message);
            return error is UsageException ? ExitCode.Usage : ExitCode.Failure;
        }
    }

    private static async Task<int> ServeAsync(
        ServeOptions options,
        RawFileBackend image,
        GuestMachine machine,
        ILoggerFactory logging,
        CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        using var disk = machine.AddDisk(image, options.MmioAddress, options.Irq, logging);
        machine.Start();
        Console.WriteLine(
            $"ready: domain {options.Domain}, {options.ImagePath}"
            + $"{(options.IsReadOnly ? " (read-only)" : "")}, {disk.Device.CapacitySectors} sectors,"
            + $" virtio-mmio at 0x{options.MmioAddress:x}, irq {options.Irq}");

        string reason;
        bool flushed;
        try
        {
            reason = await WaitForReasonAsync(options.Domain, machine, stop);
        }
        finally
        {
            // The guest's accesses stop first, then the queue's worker, then the guest's memory is let go.
            machine.Stop();
            disk.Dispose();
            machine.ReleaseMemory();
            flushed = options.IsReadOnly || image.Flush() == BlockResult.Success;
            if (!flushed)
                await Console.Error.WriteLineAsync(
                    $"virtio-disk: the last flush of {options.ImagePath} failed: what the guest wrote may be lost");
        }

        Console.WriteLine($"done: {reason}; {disk.Device.Metrics.Snapshot()};"
            + $" {machine.Statistics.Requests} I/O requests, {machine.Statistics.Unhandled} of them unhandled;"
            + $" {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        return flushed ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>Serves until there is a reason to stop.</summary>
    /// <exception cref="XenException">The guest can no longer be served.</exception>
    private static async Task<string> WaitForReasonAsync(
        DomainId domain, GuestMachine machine, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = machine.Monitor.WaitForEndAsync(enough.Token);
        try
        {
            if (await Task.WhenAny(end, machine.Completion) == end)
                return $"domain {domain} has ended ({await end})";

            await machine.Completion;
            throw new XenException($"the guest's accesses are no longer served, though domain {domain} is alive");
        }
        catch (OperationCanceledException)
        {
            return "asked to stop";
        }
        finally
        {
            await enough.CancelAsync();
        }
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
}
