using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioHosting;
using VirtioHosting.Daemon;
using VirtioHosting.State;
using Xen.Store;
using Xen.Testing.Hypervisor;
using Xen.Testing.Store;

namespace VirtioDevices.Tests;

/// <summary>A daemon that serves kinds on a simulated Xen, and the tool of the same program.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vdev-").FullName;
    private readonly HostProgram _program;
    private readonly ILoggerFactory _logging;
    private CancellationTokenSource _stop;
    private RunDirectory _directory;
    private Task _run;

    internal RunningHost(IReadOnlyList<IDeviceKind> kinds, ILoggerFactory? logging = null)
    {
        _program = new HostProgram("virtio-test", "Devices.", kinds);
        Store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = Memory.Endpoint() });
        _logging = logging ?? NullLoggerFactory.Instance;
        Start();
    }

    internal SimulatedXen Xen { get; } = new();

    internal InMemoryXenStore Memory { get; } = new();

    internal XenStoreClient Store { get; }

    internal DeviceDaemon Daemon { get; private set; }

    internal SimulatedDomain CreateDomain(ushort id)
    {
        var domain = Xen.CreateDomain(id, vcpus: 2);
        Memory.IntroduceDomain(domain.Id);
        Store.Write($"/local/domain/{id}/name", $"guest{id}");
        Store.Write($"/local/domain/{id}/vm", $"/vm/{domain.Handle}");
        Store.Write($"/libxl/{id}/type", "pvh");
        return domain;
    }

    /// <summary>Ends the daemon, and starts another one.</summary>
    /// <param name="between">What is done meanwhile.</param>
    internal async Task RestartAsync(Action between)
    {
        await StopAsync();
        between();
        Start();
        await Daemon.Ready.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What xl destroy does.</summary>
    internal async Task DestroyAsync(SimulatedDomain domain)
    {
        domain.Destroy();
        Memory.DestroyDomain(domain.Id);
        await Store.RemoveAsync($"/local/domain/{domain.Id}");
        await Store.RemoveAsync($"/local/domain/0/backend/virtio/{domain.Id}");
    }

    internal Task<ToolRun> ToolAsync(params string[] words) => ToolRun.OfAsync(_program, Memory.Endpoint(), words);

    internal async Task AttachAsync(params string[] words)
    {
        var run = await ToolAsync(["attach", .. words]);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    /// <summary>What the daemon says that it serves.</summary>
    internal string[] Texts => [.. Daemon.Devices.Select(static device => device.Host.Text)];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Store.DisposeAsync();
        Xen.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [MemberNotNull(nameof(_stop), nameof(_directory), nameof(_run), nameof(Daemon))]
    private void Start()
    {
        _stop = new CancellationTokenSource();
        _directory = RunDirectory.Open(Path.Combine(_folder, "run"), _program.Name);
        Daemon = new DeviceDaemon(_program.Set, Store, Xen.Linux.ToPlatform(), _directory, null, _logging)
        {
            RetryDelay = TimeSpan.FromMilliseconds(5),
        };
        var (daemon, stop) = (Daemon, _stop.Token);
        _run = Task.Run(() => daemon.RunAsync(stop), CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _directory.Dispose();
        _stop.Dispose();
    }
}
