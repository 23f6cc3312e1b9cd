using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Control;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Privcmd;
using Xen.Store;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>The daemon as a program: from its lock to its last flush.</summary>
internal static class DaemonProgram
{
    /// <summary>Serves all guests until the shell's token is cancelled.</summary>
    /// <param name="host">The program.</param>
    /// <param name="shell">The surroundings.</param>
    /// <param name="path">The daemon's directory.</param>
    /// <param name="guests">How guests are served.</param>
    /// <param name="logging">Makes loggers.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">Another daemon has the directory, or another program has left guests.</exception>
    internal static async Task<int> RunAsync(
        HostProgram host, Shell shell, string path, GuestOptions guests, ILoggerFactory logging)
    {
        using var directory = RunDirectory.Open(path, host.Name);
        await using var store = XenStoreClient.Connect(new XenStoreOptions
        {
            Endpoint = shell.Store,
            Logger = logging.CreateLogger<XenStoreClient>(),
            RetryIdempotent = true,
        });
        if (path == host.DefaultDirectory)
            await Neighbours.CheckAsync(host, store, shell.Stop);
        // Says at once that this is no Xen, or that there is no permission, instead of once for each guest.
        using var transport = PrivcmdTransport.Open();
        var logger = logging.CreateLogger<DeviceDaemon>();
        LinuxPlatform.Check(host.Name, guests, transport);
        var daemon = new DeviceDaemon(
            host.Set, store, LinuxPlatform.Create(), directory, FindEnd(transport, logger), logging)
        {
            GuestOptions = guests,
        };
        await using var control = ControlServer.Start(
            directory.ControlSocket, () => Answers(host, daemon), logging.CreateLogger<ControlServer>());
        using var hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            HangUp(host, daemon, logger);
        });
        var notices = new DaemonNotices(host, shell);
        _ = TellReadyAsync(notices, daemon);
        var isDurable = await daemon.RunAsync(shell.Stop);
        ServiceManager.Notify("STOPPING=1");
        if (!isDurable)
        {
            await shell.Error.WriteLineAsync($"{host.Name}: not all {host.Set.Plural} ended in order: what guests wrote may be lost");
            return ExitCode.Failure;
        }

        await notices.DoneAsync();
        return ExitCode.Success;
    }

    /// <summary>What the daemon answers on one connection.</summary>
    internal static Dictionary<string, ControlAnswer> Answers(HostProgram host, DeviceDaemon daemon) =>
        new(host.Kinds.OfType<IKindExtras>().SelectMany(kind => kind.Answers(daemon)));

    private static void HangUp(HostProgram host, DeviceDaemon daemon, ILogger logger)
    {
        try
        {
            foreach (var kind in host.Kinds.OfType<IKindExtras>())
                kind.HangUp(daemon);
        }
#pragma warning disable CA1031 // a signal's handler that throws ends the process, and all guests with it
        catch (Exception error)
#pragma warning restore CA1031
        {
            logger.RequestFailed(error);
        }
    }

    private static async Task TellReadyAsync(DaemonNotices notices, DeviceDaemon daemon)
    {
        await daemon.Ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!daemon.Ready.IsCompletedSuccessfully)
            return;
        await notices.ReadyAsync(daemon.Devices.Count);
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
