using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Daemon;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Store;
using Xen.Testing.Hypervisor;
using Xen.Testing.Store;

namespace VirtioHosting.Tests;

/// <summary>A machine with a simulated Xen and a store in memory, for daemons of one program one after the other.</summary>
/// <param name="program">The program.</param>
internal sealed class HostedMachine(HostProgram program) : IAsyncDisposable
{
    private CancellationTokenSource? _stop;
    private Task<bool>? _run;
    private RunDirectory? _directory;
    private XenStoreClient? _daemonStore;
    private XenStoreClient? _store;

    internal SimulatedXen Xen { get; } = new();

    /// <summary>What daemons that are started from now on open Xen by; null for what the simulated Linux has.</summary>
    internal GuestDeviceModelPlatform? Platform { get; set; }

    internal InMemoryXenStore Memory { get; } = new();

    internal TemporaryFolder Folder { get; } = new();

    internal ConcurrentQueue<string> Log { get; } = new();

    internal DeviceDaemon Daemon { get; private set; } = null!;

    internal XenStoreClient Store =>
        _store ??= XenStoreClient.Connect(new XenStoreOptions { Endpoint = Memory.Endpoint() });

    internal SimulatedDomain CreateDomain(ushort id)
    {
        var domain = Xen.CreateDomain(id, vcpus: 2, kind: SimulatedDomainKind.Pvh);
        Memory.IntroduceDomain(domain.Id);
        Store.Write($"/local/domain/{id}/name", $"guest{id}");
        Store.Write($"/local/domain/{id}/vm", $"/vm/{domain.Handle}");
        Store.Write($"/libxl/{id}/type", "pvh");
        return domain;
    }

    /// <summary>How long daemons that are started from now on may take to leave their guests.</summary>
    internal TimeSpan LeaveLimit { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Starts the daemon.</summary>
    /// <param name="other">Another program, on the same directory.</param>
    internal async Task StartDaemonAsync(HostProgram? other = null)
    {
        var serving = other ?? program;
        _stop = new CancellationTokenSource();
        _directory = RunDirectory.Open(Folder["run"], serving.Name);
        _daemonStore = XenStoreClient.Connect(new XenStoreOptions { Endpoint = Memory.Endpoint() });
        Daemon = new DeviceDaemon(
            serving.Set, _daemonStore, Platform ?? Xen.Linux.ToPlatform(), _directory, null, new Logging(Log))
        {
            RetryDelay = TimeSpan.FromMilliseconds(5),
            LeaveLimit = LeaveLimit,
        };
        var (daemon, stop) = (Daemon, _stop.Token);
        _run = Task.Run(() => daemon.RunAsync(stop), CancellationToken.None);
        await Daemon.Ready.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>As SIGTERM does.</summary>
    /// <returns>Whether all ended in order; true if there is no daemon.</returns>
    internal async Task<bool> StopDaemonAsync()
    {
        if (_run is null)
            return true;
        await _stop!.CancelAsync();
        var isDurable = await _run;
        _run = null;
        await _daemonStore!.DisposeAsync();
        _directory!.Dispose();
        _stop.Dispose();
        return isDurable;
    }

    /// <summary>How long the tool waits for the daemon before it says so. A slow machine is to make no difference.</summary>
    internal TimeSpan Patience { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Runs the tool.</summary>
    internal async Task<(int Code, string Out, string Error)> RunAsync(params string[] words)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var shell = new Shell(output, error, IsTerminal: false, TestContext.Current.CancellationToken)
        {
            Store = Memory.Endpoint(),
            Patience = Patience,
        };
        var code = await program.RunAsync(words, shell);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the tool, which is to have success.</summary>
    /// <returns>What it printed.</returns>
    internal async Task<string> DoAsync(params string[] words)
    {
        var (code, text, error) = await RunAsync(words);
        Assert.Equal((0, ""), (code, error));
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        await StopDaemonAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        Xen.Dispose();
        Folder.Dispose();
    }

    private sealed class Logging(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
