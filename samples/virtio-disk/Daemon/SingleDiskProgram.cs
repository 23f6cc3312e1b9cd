using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting;
using VirtioHosting.Daemon;
using Xen.DeviceModel;
using Xen.Privcmd;
using Xen.Sys;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Transports.Mmio;

namespace VirtioDisk.Daemon;

/// <summary>Serves one disk to one guest, without a XenStore: for a guest that is looked at closely.</summary>
internal static class SingleDiskProgram
{
    /// <summary>Serves until the guest ends, or until the shell's token is cancelled.</summary>
    /// <param name="shell">The surroundings.</param>
    /// <param name="options">What to serve, and to whom.</param>
    /// <param name="logging">Makes loggers.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(Shell shell, SingleDiskOptions options, ILoggerFactory logging)
    {
        using var image = RawFileBackend.Open(
            options.ImagePath,
            new RawFileOptions { ReadOnly = options.IsReadOnly },
            logging.CreateLogger<RawFileBackend>());
        // Of its own: the guest's handles are restricted to what a device model does.
        using var transport = PrivcmdTransport.Open();
        LinuxPlatform.Check(DiskProgram.Name, options.Guest, transport);
        var monitor = DomainMonitor.Open(transport, options.Domain, out _);
        using var machine = OpenMachine(options, logging);
        return await ServeAsync(shell, options, image, machine, monitor, logging);
    }

    private static GuestDeviceModel OpenMachine(SingleDiskOptions options, ILoggerFactory logging)
    {
        try
        {
            return GuestDeviceModel.Open(
                LinuxPlatform.Create(),
                options.Domain,
                options.Guest.ToDeviceModel(),
                logging.CreateLogger<GuestDeviceModel>());
        }
        catch (XenException error) when (error is not (HypercallException or XenUnavailableException))
        {
            // Not a guest that can be served.
            throw new UsageException(error.Message);
        }
    }

    private static async Task<int> ServeAsync(
        Shell shell,
        SingleDiskOptions options,
        RawFileBackend image,
        GuestDeviceModel machine,
        DomainMonitor monitor,
        ILoggerFactory logging)
    {
        var start = Stopwatch.GetTimestamp();
        var device = new BlockDevice(image, new BlockDeviceOptions(), logging.CreateLogger<BlockDevice>());
        var disk = Plug(options, machine, device, logging);
        string reason;
        bool flushed;
        try
        {
            machine.Start();
            await shell.Out.WriteLineAsync(
                $"ready: domain {options.Domain}, {options.ImagePath}"
                + $"{(options.IsReadOnly ? " (read-only)" : "")}, {device.CapacitySectors} sectors,"
                + $" virtio-mmio at 0x{options.MmioAddress:x}, irq {options.Irq}");
            reason = await WaitForReasonAsync(options.Domain, machine, monitor, shell.Stop);
        }
        finally
        {
            // The guest's accesses stop first, then the queue's worker, then the guest's memory is let go.
            machine.Stop();
            disk.Dispose();
            machine.ReleaseMemory();
            flushed = options.IsReadOnly || image.Flush() == BlockResult.Success;
            if (!flushed)
                await shell.Error.WriteLineAsync(
                    $"virtio-disk: the last flush of {options.ImagePath} failed: what the guest wrote may be lost");
        }

        await shell.Out.WriteLineAsync($"done: {reason}; {device.Metrics.Snapshot()};"
            + $" {machine.Statistics.Requests} I/O requests, {machine.Statistics.Unhandled} of them unhandled;"
            + $" {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        return flushed ? ExitCode.Success : ExitCode.Failure;
    }

    private static VirtioMmioTransport Plug(
        SingleDiskOptions options, GuestDeviceModel machine, BlockDevice device, ILoggerFactory logging)
    {
        var disk = new VirtioMmioTransport(
            device,
            machine.Memory,
            machine.InterruptLine(options.Irq),
            new VirtioMmioOptions(),
            logging.CreateLogger<VirtioMmioTransport>());
        try
        {
            machine.AddMmio(options.MmioAddress, disk);
            return disk;
        }
        catch (ArgumentException error)
        {
            disk.Dispose();
            throw new UsageException($"--mmio: {error.Message}");
        }
    }

    /// <summary>Serves until there is a reason to stop.</summary>
    /// <exception cref="XenException">The guest can no longer be served.</exception>
    private static async Task<string> WaitForReasonAsync(
        DomainId domain, GuestDeviceModel machine, DomainMonitor monitor, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var end = monitor.WaitForEndAsync(enough.Token);
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
}
