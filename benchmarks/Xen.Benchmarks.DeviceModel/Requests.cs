using System;
using System.Diagnostics;
using Xen.DeviceModel;
using Xen.Testing.Hypervisor;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Benchmarks.DeviceModel;

/// <summary>
/// Reads of 4 KiB from a disk in memory, by a driver that plays the guest: through a simulated Xen, as in a daemon, or with
/// the driver's accesses as calls of the transport.
/// </summary>
internal sealed class Requests : IDisposable
{
    private const int DiskLength = 1 << 20;
    private const int BlockLength = 4096;
    private const int Blocks = DiskLength / BlockLength;
    private const int SectorsInBlock = BlockLength / 512;
    private const int Most = 32;
    private const ulong Address = 0xd0000000;
    private const int Irq = 5;

    private readonly SimulatedXen? _xen;
    private readonly GuestDeviceModel? _model;
    private readonly VirtioMmioTransport _transport;
    private readonly VirtioDriver _guest;
    private readonly IGuestQueue _queue;
    private readonly GuestBuffer[][] _chains = new GuestBuffer[Most][];
    private int _block;

    /// <summary>Starts a device, and the driver.</summary>
    /// <param name="throughXen">Whether by a simulated Xen.</param>
    internal Requests(bool throughXen)
    {
        var device = new BlockDevice(new MemoryDisk(DiskLength));
        if (throughXen)
        {
            _xen = new SimulatedXen();
            var domain = _xen.CreateDomain(1);
            _model = GuestDeviceModel.Open(_xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions());
            _transport = new VirtioMmioTransport(device, _model.Memory, _model.InterruptLine(Irq));
            _model.AddMmio(Address, _transport);
            _model.Start();
            _guest = new SimulatedGuest(domain).AddMmioDriver(Address, Irq);
        }
        else
        {
            var memory = new PlainGuestMemory(4 << 20);
            var line = new TestInterruptLine();
            _transport = new VirtioMmioTransport(device, memory, line);
            _guest = new GuestDriver(_transport, memory, line);
        }

        _guest.Negotiate();
        _queue = _guest.SetUpQueue(0, 128);
        _guest.SetDriverOk();
        for (var i = 0; i < Most; i++)
        {
            _chains[i] =
            [
                new(_guest.Allocator.Allocate(BlockRequestHeader.Size), BlockRequestHeader.Size, DeviceWritable: false),
                new(_guest.Allocator.Allocate(BlockLength), BlockLength, DeviceWritable: true),
                new(_guest.Allocator.Allocate(1), 1, DeviceWritable: true),
            ];
        }
    }

    /// <summary>Makes requests.</summary>
    /// <param name="count">How many.</param>
    /// <param name="atOnce">How many of them are under way at a time, up to 32.</param>
    internal Turn Read(int count, int atOnce)
    {
        var start = Stopwatch.GetTimestamp();
        for (var done = 0; done < count; done += atOnce)
        {
            for (var i = 0; i < atOnce; i++)
                Add(_chains[i]);
            if (_queue.DeviceWantsNotification)
                _guest.Notify(0);
            for (var i = 0; i < atOnce; i++)
                _guest.WaitUsed(_queue);
        }

        var time = Stopwatch.GetElapsedTime(start);
        if (_guest.Memory.Span(_chains[0][^1].Address, 1)[0] != (byte)BlockRequestStatus.Ok)
            throw new InvalidOperationException("a request failed");
        return new Turn(time.TotalNanoseconds / count, 0);
    }

    public void Dispose()
    {
        _model?.Stop();
        _transport.Dispose();
        _model?.Dispose();
        _xen?.Dispose();
    }

    private void Add(GuestBuffer[] chain)
    {
        _block = (_block + 1) % Blocks;
        new BlockRequestHeader(BlockRequestType.In, (ulong)(_block * SectorsInBlock))
            .Format(_guest.Memory.Span(chain[0].Address, BlockRequestHeader.Size));
        _guest.Memory.Span(chain[^1].Address, 1)[0] = byte.MaxValue;
        _queue.Add(chain);
    }
}
