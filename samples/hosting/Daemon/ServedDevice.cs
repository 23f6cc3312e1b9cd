using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Extensions.Logging;
using VirtioHosting.Devices;
using VirtioHosting.State;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Virtio.Transports.Mmio;
using Xen.Virtio.Transports.Pci;

namespace VirtioHosting.Daemon;

/// <summary>A device in a guest's machine: the host's side of it, the device, and the transport before it.</summary>
internal sealed class ServedDevice : IDisposable
{
    // Less than DeviceDaemon.LeaveLimit: what is made durable takes time, too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly GuestDeviceModel _machine;
    private readonly DevicePlace _place;
    private readonly JournalFile _journals;
    private readonly IDisposable _transport;
    private readonly StateKeeper _keeper;
    private readonly string _directory;
    private readonly ILogger _logger;
    private string _summary = "";
    private bool _hasStopped;

    private ServedDevice(
        GuestDeviceModel machine,
        BackendDevice device,
        DevicePlace place,
        IHostedDevice host,
        string directory,
        ILoggerFactory logging)
    {
        _machine = machine;
        _place = place;
        _directory = directory;
        _logger = logging.CreateLogger<ServedDevice>();
        Device = device;
        Host = host;

        var known = IsKnown(device, directory);
        if (!known)
            GuestState.Remove(directory);
        Directory.CreateDirectory(directory);
        _journals = JournalFile.Open(Path.Combine(directory, "queues.journal"), host.Device.QueueMaxSizes.Count);
        var isPlugged = false;
        try
        {
            var part = MakeTransport(logging);
            _transport = (IDisposable)part;
            _keeper = StateKeeper.Begin(part, StatePath, known, _logger);
            IsRestored = _keeper.HasRestored;
            Plug(part);
            isPlugged = true;
            // Last: what fails before leaves nothing that a later device could be taken for.
            StateFile.Write(IdentityPath(directory), Identity(device));
        }
        catch
        {
            _keeper?.Dispose();
            if (isPlugged)
                TakeOut();
            _transport?.Dispose();
            _journals.Dispose();
            if (!known)
                GuestState.Remove(directory);
            throw;
        }
    }

    /// <summary>What the toolstack said of it.</summary>
    internal BackendDevice Device { get; }

    /// <summary>Which device.</summary>
    internal BackendDeviceId Id => Device.Id;

    /// <summary>The host's side.</summary>
    internal IHostedDevice Host { get; }

    /// <summary>Whether it goes on where an earlier daemon has ended.</summary>
    internal bool IsRestored { get; }

    /// <summary>Once it is disposed: whether all that the guest wrote is durable.</summary>
    internal bool IsDurable { get; private set; }

    private string StatePath => Path.Combine(_directory, "transport.state");

    /// <summary>
    /// Whether a driver may use it already: the toolstack was told so, or, if that was lost, it has been served as the
    /// very same device.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="directory">Where its state is.</param>
    internal static bool IsKnown(BackendDevice device, string directory) =>
        device.State != XenbusState.Initialising
        || StateFile.TryRead(IdentityPath(directory)) is { } known && known.AsSpan().SequenceEqual(Identity(device));

    /// <summary>Puts a device into a guest's machine. Owns the host's side from now on, also if that fails.</summary>
    /// <exception cref="UsageException">There is no such place, or it is taken.</exception>
    /// <exception cref="Xen.Sys.XenException">Xen refused.</exception>
    /// <exception cref="IOException">Its state cannot be kept.</exception>
    internal static ServedDevice Add(
        GuestDeviceModel machine,
        BackendDevice device,
        DevicePlace place,
        IHostedDevice host,
        string directory,
        ILoggerFactory logging)
    {
        try
        {
            return new ServedDevice(machine, device, place, host, directory, logging);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Takes it out of the guest's machine: it is not asked any longer.</summary>
    internal void Unplug()
    {
        _keeper.Dispose();
        TakeOut();
    }

    /// <summary>Stops writing the state, which stays for a later daemon.</summary>
    internal void Leave() => _keeper.Dispose();

    /// <summary>Forgets the state: the device does not come back.</summary>
    internal void Forget() => GuestState.RemoveDevice(_directory);

    /// <summary>Ends the requests that are under way: the guest's memory is not needed any longer.</summary>
    internal void Stop()
    {
        if (_hasStopped)
            return;
        _hasStopped = true;
        _keeper.Dispose();
        try
        {
            _transport.Dispose();
        }
        finally
        {
            _journals.Dispose();
        }
    }

    /// <summary>Stops, makes what was written durable, and closes the host's side.</summary>
    public void Dispose()
    {
        try
        {
            Stop();
        }
        finally
        {
            Close();
        }

        if (_summary.Length > 0)
            _logger.LetGo(Id, _summary);
        else
            _logger.LetGo(Id);
    }

    private void Close()
    {
        try
        {
            IsDurable = Host.Finish(s_patience);
            if (!IsDurable)
                _logger.NotFinished(Id, Host.Text);
            _summary = Host.Summary;
        }
        finally
        {
            Host.Dispose();
        }
    }

    private static string IdentityPath(string directory) => Path.Combine(directory, "device");

    private static byte[] Identity(BackendDevice device) => Encoding.UTF8.GetBytes(string.Concat(
        device.Keys.OrderBy(static key => key.Key, StringComparer.Ordinal).Select(static key => $"{key.Key}={key.Value}\0")));

    private ISavedState MakeTransport(ILoggerFactory logging)
    {
        if (_place.IsPci)
            return new VirtioPciTransport(
                Host.Device,
                _machine.Memory,
                new VirtioPciOptions
                {
                    AccessPlatform = Device.UsesGrants,
                    QueueFeatures = Host.QueueFeatures,
                    Journals = _journals.Queues,
                },
                logging.CreateLogger<VirtioPciTransport>());
        return new VirtioMmioTransport(
            Host.Device,
            _machine.Memory,
            _machine.InterruptLine(_place.Irq),
            new VirtioMmioOptions
            {
                AccessPlatform = Device.UsesGrants,
                QueueFeatures = Host.QueueFeatures,
                Journals = _journals.Queues,
            },
            logging.CreateLogger<VirtioMmioTransport>());
    }

    private void Plug(ISavedState part)
    {
        try
        {
            if (part is IPciDevice function)
                _machine.AddPci(_place.PciAddress, function);
            else
                _machine.AddMmio(_place.Base, (IMmioDevice)part);
        }
        catch (ArgumentException error)
        {
            // The keys' place is taken, or is none: whoever wrote them hears of it.
            var parameter = $" (Parameter '{error.ParamName}')";
            throw new UsageException($"{_place}: {error.Message.Replace(parameter, "", StringComparison.Ordinal)}");
        }
    }

    private void TakeOut()
    {
        if (_place.IsPci)
            _machine.RemovePci(_place.PciAddress);
        else
            _machine.RemoveMmio(_place.Base);
    }
}
