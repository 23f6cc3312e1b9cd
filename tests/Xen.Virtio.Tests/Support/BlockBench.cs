using System;
using System.IO;
using Microsoft.Extensions.Logging;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Block;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Virtio.Tests.Support;

/// <summary>A block device over a temporary image, its transport, and a guest that drives it.</summary>
internal sealed class BlockBench : IDisposable
{
    public const int DefaultSectors = 256;

    private readonly string? _path;
    private readonly RawFileBackend? _owned;

    public BlockBench(
        IBlockBackend? backend = null, BlockDeviceOptions? options = null, VirtioMmioOptions? mmio = null,
        ILogger? logger = null, int sectors = DefaultSectors, bool readOnly = false)
    {
        if (backend is null)
        {
            _path = Path.GetTempFileName();
            Content = new byte[sectors * 512];
            new Random(1).NextBytes(Content);
            File.WriteAllBytes(_path, Content);
            var file = RawFileBackend.Open(_path, new RawFileOptions { ReadOnly = readOnly }, logger);
            backend = file;
            _owned = file;
        }

        Device = new BlockDevice(backend, options, logger);
        Transport = new VirtioMmioTransport(Device, Memory, Line, mmio, logger);
        Guest = new GuestDriver(Transport, Memory, Line);
        Driver = new BlockDriver(Guest);
    }

    public byte[] Content { get; } = [];

    public PlainGuestMemory Memory { get; } = new(new GuestBank(0, 12 << 20), new GuestBank(0x2_0000_0000, 4 << 20));

    public TestInterruptLine Line { get; } = new();

    public BlockDevice Device { get; }

    public VirtioMmioTransport Transport { get; }

    public GuestDriver Guest { get; }

    public BlockDriver Driver { get; }

    public BlockMetricsSnapshot Metrics => Device.Metrics.Snapshot();

    /// <summary>Makes one chain available, notifies, waits for it.</summary>
    public UsedElement Submit(params ReadOnlySpan<GuestBuffer> buffers)
    {
        var head = Driver.Queue.Add(buffers);
        Guest.Notify(0);
        var used = Guest.WaitUsed(Driver.Queue);
        Assert.Equal(head, used.Head);
        return used;
    }

    /// <summary>Guest memory with a request header in it.</summary>
    public ulong PlaceHeader(BlockRequestType type, ulong sector)
    {
        var address = Guest.Allocator.Allocate(BlockRequestHeader.Size);
        new BlockRequestHeader(type, sector).Format(Memory.Span(address, BlockRequestHeader.Size));
        return address;
    }

    /// <summary>Guest memory full of 0xee, which no answer of the device is.</summary>
    public ulong PlaceBuffer(int length)
    {
        var address = Guest.Allocator.Allocate((uint)length);
        Memory.Span(address, length).Fill(0xee);
        return address;
    }

    /// <summary>Asserts that the device still serves, on the queue as it is.</summary>
    public void AssertServes()
    {
        var data = new byte[512];
        Assert.Equal(BlockRequestStatus.Ok, Driver.Read(0, data));
    }

    /// <summary>Ends the device and reads what is in the file.</summary>
    public byte[] CloseImage()
    {
        Transport.Dispose();
        _owned!.Dispose();
        return File.ReadAllBytes(_path!);
    }

    public void Dispose()
    {
        Transport.Dispose();
        _owned?.Dispose();
        if (_path is not null)
            File.Delete(_path);
    }
}
