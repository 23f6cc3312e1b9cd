using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.Extensions.Logging;
using VirtioDisk.Disks;
using VirtioDisk.State;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Transports.Mmio;
using Xen.Virtio.Transports.Pci;

namespace VirtioDisk.Daemon;

/// <summary>A disk in a guest's machine: the image, the device on it, and the transport before it.</summary>
internal sealed class ServedDisk : IDisposable
{
    // Half of what systemd allows for the end: the flush takes time, too.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly GuestDeviceModel _machine;
    private readonly JournalFile _journals;
    private readonly IDisposable _transport;
    private readonly StateKeeper _keeper;
    private readonly IBlockBackend _image;
    private readonly string _directory;
    private readonly ILogger _logger;
    private bool _hasStopped;

    private ServedDisk(
        GuestDeviceModel machine, DiskDescription description, IBlockBackend image, string directory, ILoggerFactory logging)
    {
        _machine = machine;
        _image = image;
        _directory = directory;
        _logger = logging.CreateLogger<ServedDisk>();
        Description = description;
        Device = new BlockDevice(
            image,
            new BlockDeviceOptions
            {
                Id = description.Serial,
                ReadOnly = description.Image.IsReadOnly,
                QueueCount = description.Queues,
            },
            logging.CreateLogger<BlockDevice>());

        var known = IsKnown(description.Device, directory);
        if (!known)
            GuestState.Remove(directory);
        Directory.CreateDirectory(directory);
        _journals = JournalFile.Open(Path.Combine(directory, "queues.journal"), description.Queues);
        try
        {
            var part = MakeTransport(logging);
            _transport = (IDisposable)part;
            IsRestored = known && File.Exists(StatePath);
            _keeper = StateKeeper.Begin(part, StatePath, known, _logger);
            Plug(part);
            // Last: what fails before leaves nothing that a later disk could be taken for.
            StateFile.Write(IdentityPath(directory), Identity(description.Device));
        }
        catch
        {
            _keeper?.Dispose();
            _transport?.Dispose();
            _journals.Dispose();
            throw;
        }
    }

    internal DiskDescription Description { get; }

    internal BlockDevice Device { get; }

    /// <summary>Whether it goes on where an earlier daemon has ended.</summary>
    internal bool IsRestored { get; }

    /// <summary>Once it is disposed: whether all that the guest wrote is on the disk.</summary>
    internal bool IsDurable { get; private set; }

    private string StatePath => Path.Combine(_directory, "transport.state");

    /// <summary>
    /// Whether a driver may use it already: the toolstack was told so, or, if that was lost, it has been served as the
    /// very same disk.
    /// </summary>
    /// <param name="device">The disk.</param>
    /// <param name="directory">Where its state is.</param>
    internal static bool IsKnown(BackendDevice device, string directory) =>
        device.State != XenbusState.Initialising
        || StateFile.TryRead(IdentityPath(directory)) is { } known && known.AsSpan().SequenceEqual(Identity(device));

    /// <summary>Puts a disk into a guest's machine. Owns the image from now on, also if that fails.</summary>
    /// <exception cref="ArgumentException">There is no such place, or it is taken.</exception>
    /// <exception cref="Xen.Sys.XenException">Xen refused.</exception>
    /// <exception cref="IOException">Its state cannot be kept.</exception>
    internal static ServedDisk Add(
        GuestDeviceModel machine, DiskDescription description, IBlockBackend image, string directory, ILoggerFactory logging)
    {
        try
        {
            return new ServedDisk(machine, description, image, directory, logging);
        }
        catch
        {
            (image as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Takes it out of the guest's machine: it is not asked any longer.</summary>
    internal void Unplug()
    {
        _keeper.Dispose();
        if (Description.IsPci)
            _machine.RemovePci(Description.Pci);
        else
            _machine.RemoveMmio(Description.Device.Base);
    }

    /// <summary>Stops writing the state, which stays for a later daemon.</summary>
    internal void Leave() => _keeper.Dispose();

    /// <summary>Forgets the state: the disk does not come back.</summary>
    internal void Forget() => GuestState.RemoveDisk(_directory);

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

    /// <summary>Stops, makes what was written durable, and closes the image.</summary>
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

        _logger.LetGo(Description.Device.Id, Device.Metrics.Snapshot().ToString());
    }

    private void Close()
    {
        try
        {
            // What is still on its way would reach the disk after what a later daemon writes.
            if (!SpinWait.SpinUntil(() => Device.Metrics.Snapshot().InFlight == 0, s_patience))
                _logger.StillUnderWay(Description.Device.Id, s_patience);
            IsDurable = Device.IsReadOnly || _image.Flush() == BlockResult.Success;
            if (!IsDurable)
                _logger.FlushFailed(Description.Device.Id, Description.Image.Location);
        }
        finally
        {
            (_image as IDisposable)?.Dispose();
        }
    }

    private static string IdentityPath(string directory) => Path.Combine(directory, "disk");

    private static byte[] Identity(BackendDevice device) => Encoding.UTF8.GetBytes(string.Concat(
        device.Keys.OrderBy(static key => key.Key, StringComparer.Ordinal).Select(static key => $"{key.Key}={key.Value}\0")));

    private ISavedState MakeTransport(ILoggerFactory logging)
    {
        var usesGrants = Description.Device.UsesGrants;
        if (Description.IsPci)
            return new VirtioPciTransport(
                Device,
                _machine.Memory,
                new VirtioPciOptions { AccessPlatform = usesGrants, Journals = _journals.Queues },
                logging.CreateLogger<VirtioPciTransport>());
        return new VirtioMmioTransport(
            Device,
            _machine.Memory,
            _machine.InterruptLine(Description.Device.Irq),
            new VirtioMmioOptions { AccessPlatform = usesGrants, Journals = _journals.Queues },
            logging.CreateLogger<VirtioMmioTransport>());
    }

    private void Plug(ISavedState part)
    {
        if (part is IPciDevice function)
            _machine.AddPci(Description.Pci, function);
        else
            _machine.AddMmio(Description.Device.Base, (IMmioDevice)part);
    }
}
