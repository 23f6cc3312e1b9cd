using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioDisk.Disks;
using VirtioHosting;
using VirtioHosting.Daemon;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Store;
using Xen.Virtio.Storage;

namespace VirtioDisk.Tests;

/// <summary>A machine with a simulated Xen and a store in memory, for daemons one after the other.</summary>
internal sealed class SimulatedHost : IAsyncDisposable
{
    private RunningDaemon? _daemon;

    internal SimulatedXen Xen { get; } = new();

    internal InMemoryXenStore Memory { get; } = new();

    internal TemporaryFolder Folder { get; } = new();

    internal string RunDirectory => Folder["run"];

    internal SimulatedHost() => Store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = Memory.Endpoint() });

    internal XenStoreClient Store { get; }

    internal ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>How daemons that are started from now on open images.</summary>
    internal Func<ImageSpec, ILoggerFactory, IBlockBackend> OpenImage { get; set; } = ImageOpener.Open;

    /// <summary>How daemons that are started from now on ask Xen for the end of guests; null if they cannot.</summary>
    internal Func<DomainId, DomainEnd?>? FindEnd { get; set; }

    internal DeviceDaemon Daemon => _daemon!.Daemon;

    internal SimulatedDomain CreateDomain(ushort id, SimulatedDomainKind kind = SimulatedDomainKind.Pvh, string? uuid = null)
    {
        var domain = Xen.CreateDomain(id, vcpus: 2, kind: kind);
        Memory.IntroduceDomain(domain.Id);
        Store.Write($"/local/domain/{id}/name", $"guest{id}");
        Store.Write($"/local/domain/{id}/vm", $"/vm/{uuid ?? domain.Handle.ToString()}");
        Store.Write($"/libxl/{id}/type", kind == SimulatedDomainKind.Pvh ? "pvh" : "hvm");
        return domain;
    }

    /// <summary>What xl destroy does, with the devices or, if they are left, after them.</summary>
    internal async Task DestroyDomainAsync(SimulatedDomain domain)
    {
        domain.Destroy();
        Memory.DestroyDomain(domain.Id);
        await RemoveKeysAsync(domain);
    }

    /// <summary>What xl destroy does before all else, but that it does not wait.</summary>
    internal async Task RemoveKeysAsync(SimulatedDomain domain)
    {
        foreach (var path in (string[])[$"/local/domain/{domain.Id}", $"/local/domain/0/backend/virtio_disk/{domain.Id}"])
        {
            if (await Store.ExistsAsync(path))
                await Store.RemoveAsync(path);
        }
    }

    internal async Task StartDaemonAsync()
    {
        _daemon = new RunningDaemon(this);
        await _daemon.Daemon.Ready.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As SIGTERM does.</summary>
    /// <returns>Whether all that guests wrote is on the disks; true if there is no daemon.</returns>
    internal async Task<bool> StopDaemonAsync()
    {
        if (_daemon is not { } daemon)
            return true;
        _daemon = null;
        var isDurable = await daemon.StopAsync();
        await daemon.DisposeAsync();
        return isDurable;
    }

    internal async Task AttachAsync(string domain, string image, params string[] options)
    {
        var run = await ToolRun.OfAsync(Memory.Endpoint(), ["attach", "-d", domain, "-i", image, .. options]);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await StopDaemonAsync();
        await Store.DisposeAsync();
        Xen.Dispose();
        Folder.Dispose();
    }

    private sealed class RunningDaemon : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly VirtioHosting.State.RunDirectory _directory;
        private readonly XenStoreClient _store;
        private readonly Task<bool> _run;

        internal RunningDaemon(SimulatedHost host)
        {
            _directory = VirtioHosting.State.RunDirectory.Open(host.RunDirectory, DiskProgram.Name);
            _store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = host.Memory.Endpoint() });
            Daemon = new DeviceDaemon(
                new KindSet([new DiskKind { OpenImage = host.OpenImage }]), _store, host.Xen.Linux.ToPlatform(), _directory, host.FindEnd, host.Logging)
            {
                RetryDelay = TimeSpan.FromMilliseconds(5),
            };
            _run = Task.Run(() => Daemon.RunAsync(_stop.Token));
        }

        internal DeviceDaemon Daemon { get; }

        internal async Task<bool> StopAsync()
        {
            await _stop.CancelAsync();
            return await _run;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await _store.DisposeAsync();
            _directory.Dispose();
            _stop.Dispose();
        }
    }
}
