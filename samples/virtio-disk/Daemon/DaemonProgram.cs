using System;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioDisk.Control;
using VirtioDisk.State;
using Xen.DeviceModel;
using Xen.Privcmd;
using Xen.Store;
using Xen.Sys;

namespace VirtioDisk.Daemon;

/// <summary>The daemon as a program: from its lock to its last flush.</summary>
internal static class DaemonProgram
{
    /// <summary>Serves all guests until the shell's token is cancelled.</summary>
    /// <param name="shell">The surroundings.</param>
    /// <param name="path">The daemon's directory.</param>
    /// <param name="guests">How guests are served.</param>
    /// <param name="logging">Makes loggers.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(Shell shell, string path, GuestOptions guests, ILoggerFactory logging)
    {
        using var directory = RunDirectory.Open(path);
        await using var store = XenStoreClient.Connect(new XenStoreOptions
        {
            Endpoint = shell.Store,
            Logger = logging.CreateLogger<XenStoreClient>(),
            RetryIdempotent = true,
        });
        // Says at once that this is no Xen, or that there is no permission, instead of once for each guest.
        using var transport = PrivcmdTransport.Open();
        var logger = logging.CreateLogger<DiskDaemon>();
        LinuxPlatform.Check(guests, transport);
        var daemon = new DiskDaemon(store, LinuxPlatform.Create(), directory, FindEnd(transport, logger), logging)
        {
            GuestOptions = guests,
        };
        await using var control = ControlServer.Start(
            directory.ControlSocket, daemon, logging.CreateLogger<ControlServer>());
        using var hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            ResizeAll(daemon, logger);
        });
        _ = TellReadyAsync(shell, daemon);
        var isDurable = await daemon.RunAsync(shell.Stop);
        ServiceManager.Notify("STOPPING=1");
        if (!isDurable)
        {
            await shell.Error.WriteLineAsync("virtio-disk: a last flush failed: what guests wrote may be lost");
            return ExitCode.Failure;
        }

        await shell.Out.WriteLineAsync("done: asked to stop; guests wait for the next daemon");
        return ExitCode.Success;
    }

    private static void ResizeAll(DiskDaemon daemon, ILogger logger)
    {
        try
        {
            daemon.Resize(null, null);
        }
#pragma warning disable CA1031 // a signal's handler that throws ends the process, and all guests with it
        catch (Exception error)
#pragma warning restore CA1031
        {
            logger.RequestFailed(error);
        }
    }

    private static async Task TellReadyAsync(Shell shell, DiskDaemon daemon)
    {
        await daemon.Ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!daemon.Ready.IsCompletedSuccessfully)
            return;
        await shell.Out.WriteLineAsync($"ready: {daemon.Disks.Count} disks are served; others as they are attached");
        await shell.Out.FlushAsync();
        ServiceManager.Notify("READY=1");
    }

    private static Func<DomainId, DomainEnd?>? FindEnd(PrivcmdTransport transport, ILogger logger)
    {
        var probe = DomctlInterface.Probe(transport, out var domctl);
        if (!probe.IsSuccess || !domctl.IsSupported)
        {
            logger.NoDomctl(probe.IsSuccess ? $"it speaks {domctl}" : XenErrno.Name(probe.Errno));
            return null;
        }

        return domain =>
        {
            try
            {
                return DomainMonitor.FindEnd(transport, domctl, domain);
            }
            catch (HypercallException)
            {
                return null;
            }
        };
    }
}
