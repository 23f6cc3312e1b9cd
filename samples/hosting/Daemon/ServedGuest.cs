using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Devices;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Sys;

namespace VirtioHosting.Daemon;

/// <summary>
/// One life of a guest, with its devices: one device model, whose I/O APIC they share. One caller at a time.
/// </summary>
internal sealed class ServedGuest : IDisposable
{
    private readonly DaemonContext _context;
    private readonly GuestState _state;
    private readonly ILogger _logger;
    private readonly GuestDeviceModel _machine;
    private readonly List<StateKeeper> _keepers = [];
    private readonly Dictionary<BackendDevice, ServedDevice> _devices = [];
    private bool _isLeft;

    private ServedGuest(DaemonContext context, BackendDevice first)
    {
        _context = context;
        _state = context.Directory.Guest(first.Frontend, first.Incarnation);
        Incarnation = first.Incarnation;
        _logger = context.Logging.CreateLogger<ServedGuest>();
        _machine = GuestDeviceModel.Open(
            context.Platform,
            first.Frontend,
            context.Guests.ToDeviceModel() with
            {
                AdoptServer = _state.LeftServer,
                // One device may use them, and another one not: what is opened now serves all that will come.
                Grants = context.Platform.OpenGrantTable is not null,
            },
            context.Logging.CreateLogger<GuestDeviceModel>());
        try
        {
            _state.NoteServer(_machine.ServerId);
            foreach (var (name, part) in _machine.SavedStates)
                _keepers.Add(StateKeeper.Begin(part, _state.File($"{name}.state"), mayRestore: true, _logger));
            _logger.Guest(first.Frontend, _machine.ServerId, _machine.IsAdopted ? "taken over" : "new");
        }
        catch
        {
            // What was left behind can be taken over when it is tried again.
            _isLeft = _machine.IsAdopted;
            if (!_isLeft)
                _state.ForgetServer();
            Dispose();
            throw;
        }
    }

    internal string Incarnation { get; }

    internal DomainId Domain => _machine.Domain;

    internal bool IsStarted { get; private set; }

    /// <summary>Whether an earlier daemon has served it: its drivers know its devices, and its accesses wait.</summary>
    internal bool IsAdopted => _machine.IsAdopted;

    internal IReadOnlyCollection<ServedDevice> Devices => _devices.Values;

    internal IoreqServerStatistics Statistics => _machine.Statistics;

    /// <summary>Takes a place in a guest's machine: a new one, or that which an earlier daemon has left.</summary>
    /// <param name="context">What guests share.</param>
    /// <param name="first">One of its devices.</param>
    /// <exception cref="XenException">Not a guest that can be served.</exception>
    internal static ServedGuest Open(DaemonContext context, BackendDevice first) => new(context, first);

    internal bool Has(BackendDevice device) => _devices.ContainsKey(device);

    /// <summary>Puts a device in.</summary>
    internal ServedDevice Add(BackendDevice device, DevicePlace place, IHostedDevice host)
    {
        var served = ServedDevice.Add(_machine, device, place, host, _state.Device(device.Id), _context.Logging);
        _devices.Add(device, served);
        return served;
    }

    /// <summary>Takes a device out, with its state.</summary>
    /// <returns>
    /// Completes when nothing of it is in use any more, which may take long; the guest may be ended meanwhile.
    /// </returns>
    internal Task RemoveAsync(BackendDevice device)
    {
        if (!_devices.Remove(device, out var served))
            return Task.CompletedTask;
        served.Unplug();
        return OnThreadAsync(() =>
        {
            Try(served, served.Dispose);
            served.Forget();
        });
    }

    /// <summary>Begins to answer.</summary>
    /// <exception cref="XenException">Xen refused.</exception>
    internal void Start()
    {
        _machine.Start();
        IsStarted = true;
    }

    /// <summary>Completes when its accesses are no longer answered.</summary>
    internal Task Completion => _machine.Completion;

    /// <summary>Ends, and leaves all as it is for a later daemon: the guest waits for it.</summary>
    /// <returns>Whether all that it wrote is durable.</returns>
    internal bool Leave()
    {
        _isLeft = true;
        ServedDevice[] devices = [.. _devices.Values];
        _machine.Detach();
        Dispose();
        return Array.TrueForAll(devices, static device => device.IsDurable);
    }

    /// <summary>Ends, and forgets: the guest is gone, or has no device any more.</summary>
    /// <param name="keepsMachine">Whether the guest lives, and what it programmed may be needed.</param>
    internal void End(bool keepsMachine)
    {
        try
        {
            Close(isGone: !keepsMachine);
        }
        finally
        {
            if (keepsMachine)
                _state.ForgetServer();
            else
                _state.Remove();
        }
    }

    public void Dispose() => Close(isGone: false);

    private void Close(bool isGone)
    {
        foreach (var keeper in _keepers)
            keeper.Dispose();
        ServedDevice[] devices = [.. _devices.Values];
        _devices.Clear();
        foreach (var device in devices)
            device.Leave();
        try
        {
            if (!_isLeft)
                _machine.Stop();
            // Nobody waits for the answers any more, and the domain stays a zombie until its memory is let go. A guest
            // that lives gets its answers first.
            if (isGone)
                _machine.ReleaseMemory();
            ForEach(devices, static device => device.Stop());
            // Before what is made durable, which takes long if a server is away.
            _machine.ReleaseMemory();
            ForEach(devices, static device => device.Dispose());
        }
        finally
        {
            _machine.Dispose();
        }
    }

    // At the same time: all together have no longer than one.
    private void ForEach(ServedDevice[] devices, Action<ServedDevice> step) => Task.WaitAll(
        Array.ConvertAll(devices, device => OnThreadAsync(() => Try(device, () => step(device)))));

    // Not one of the pool, whose few threads are all guests': it may wait for a server that is away.
    private static Task OnThreadAsync(Action step) =>
        Task.Factory.StartNew(step, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // What goes wrong with one device keeps nothing of the others.
    private void Try(ServedDevice device, Action step)
    {
        try
        {
            step();
        }
#pragma warning disable CA1031 // whatever goes wrong with one device, the others are let go
        catch (Exception error)
#pragma warning restore CA1031
        {
            _logger.NotLetGo(device.Id, error);
        }
    }
}
