using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Xen.Virtio.Spec.Block;

namespace Xen.Testing.Virtio;

/// <summary>Plays the guest's block driver: one request at a time, each waited for by its interrupt.</summary>
public sealed class BlockDriver
{
    private readonly VirtioDriver _guest;
    private IGuestQueue[] _queues = [];

    /// <summary>Makes a driver; the device is not touched before <see cref="Start"/>.</summary>
    /// <param name="guest">The guest that it runs in.</param>
    public BlockDriver(VirtioDriver guest) => _guest = guest;

    /// <summary>The first request queue. There is one after <see cref="Start"/>.</summary>
    public IGuestQueue Queue =>
        _queues.Length != 0 ? _queues[0] : throw new InvalidOperationException("start the driver first");

    /// <summary>The first request queue, for those who look into the rings of a split queue.</summary>
    /// <exception cref="InvalidCastException">Packed queues were negotiated.</exception>
    public GuestQueue SplitQueue => (GuestQueue)Queue;

    /// <summary>All request queues, in order.</summary>
    public IReadOnlyList<IGuestQueue> Queues => _queues;

    /// <summary>The negotiated features.</summary>
    public ulong Features { get; private set; }

    /// <summary>Size of the disk in sectors, read from the configuration space now.</summary>
    public ulong CapacitySectors
    {
        get
        {
            Span<byte> data = stackalloc byte[sizeof(ulong)];
            _guest.TryReadConfig(BlockLayout.CapacityOffset, data);
            return BinaryPrimitives.ReadUInt64LittleEndian(data);
        }
    }

    /// <summary>
    /// Resets the device and brings it up; may be called again, as a driver does that is loaded again.
    /// </summary>
    /// <param name="wantedFeatures">Features that the driver knows.</param>
    /// <param name="queueSize">Size of each queue; the largest that the device offers if null.</param>
    /// <param name="queueCount">How many queues to use.</param>
    public void Start(
        ulong wantedFeatures = VirtioDriver.DefaultFeatures, ushort? queueSize = null, int queueCount = 1)
    {
        Features = _guest.Negotiate(wantedFeatures);
        _queues = new IGuestQueue[queueCount];
        for (var i = 0; i < queueCount; i++)
            _queues[i] = _guest.SetUpQueue(i, queueSize);
        _guest.SetDriverOk();
    }

    /// <summary>Reads sectors.</summary>
    /// <param name="sector">First sector.</param>
    /// <param name="destination">Filled on success; a multiple of 512 bytes.</param>
    public BlockRequestStatus Read(ulong sector, Span<byte> destination)
    {
        var mark = _guest.Allocator.Position;
        var data = new GuestBuffer(
            _guest.Allocator.Allocate((uint)destination.Length), (uint)destination.Length, DeviceWritable: true);
        var status = Request(new BlockRequestHeader(BlockRequestType.In, sector), data);
        _guest.Memory.Span(data.Address, destination.Length).CopyTo(destination);
        _guest.Allocator.Position = mark;
        return status;
    }

    /// <summary>Writes sectors.</summary>
    /// <param name="sector">First sector.</param>
    /// <param name="source">A multiple of 512 bytes.</param>
    public BlockRequestStatus Write(ulong sector, ReadOnlySpan<byte> source)
    {
        var mark = _guest.Allocator.Position;
        var data = new GuestBuffer(
            _guest.Allocator.Allocate((uint)source.Length), (uint)source.Length, DeviceWritable: false);
        source.CopyTo(_guest.Memory.Span(data.Address, source.Length));
        var status = Request(new BlockRequestHeader(BlockRequestType.Out, sector), data);
        _guest.Allocator.Position = mark;
        return status;
    }

    /// <summary>Makes what has been written durable.</summary>
    public BlockRequestStatus Flush() => Request(new BlockRequestHeader(BlockRequestType.Flush, 0));

    /// <summary>Says that the content of ranges is not needed any more.</summary>
    /// <param name="ranges">Anything.</param>
    public BlockRequestStatus Discard(params ReadOnlySpan<BlockRange> ranges) =>
        Request(BlockRequestType.Discard, ranges);

    /// <summary>Makes ranges zero.</summary>
    /// <param name="ranges">Anything.</param>
    public BlockRequestStatus WriteZeroes(params ReadOnlySpan<BlockRange> ranges) =>
        Request(BlockRequestType.WriteZeroes, ranges);

    /// <summary>Reads the name of the disk, without the zeros after it.</summary>
    public string GetId()
    {
        var mark = _guest.Allocator.Position;
        var data = new GuestBuffer(
            _guest.Allocator.Allocate(BlockLayout.IdLength), BlockLayout.IdLength, DeviceWritable: true);
        Request(new BlockRequestHeader(BlockRequestType.GetId, 0), data);
        var id = Encoding.UTF8.GetString(_guest.Memory.Span(data.Address, BlockLayout.IdLength)).TrimEnd('\0');
        _guest.Allocator.Position = mark;
        return id;
    }

    /// <summary>Makes one request of three parts: header, data if there is any, status. Waits for its end.</summary>
    /// <param name="header">Anything.</param>
    /// <param name="data">Anything.</param>
    /// <returns>The status byte.</returns>
    public BlockRequestStatus Request(BlockRequestHeader header, params ReadOnlySpan<GuestBuffer> data)
    {
        var mark = _guest.Allocator.Position;
        var headerAddress = _guest.Allocator.Allocate(BlockRequestHeader.Size);
        var statusAddress = _guest.Allocator.Allocate(1);
        header.Format(_guest.Memory.Span(headerAddress, BlockRequestHeader.Size));
        _guest.Memory.Span(statusAddress, 1)[0] = byte.MaxValue;

        GuestBuffer[] chain =
        [
            new(headerAddress, BlockRequestHeader.Size, DeviceWritable: false),
            .. data,
            new(statusAddress, 1, DeviceWritable: true),
        ];
        var head = Queue.Add(chain);
        if (Queue.DeviceWantsNotification)
            _guest.Notify(0);

        while (_guest.WaitUsed(Queue).Head != head)
        {
            // Another chain of the same queue; whoever added it looks after it.
        }

        _guest.Allocator.Position = mark;
        return (BlockRequestStatus)_guest.Memory.Span(statusAddress, 1)[0];
    }

    private BlockRequestStatus Request(BlockRequestType type, ReadOnlySpan<BlockRange> ranges)
    {
        var mark = _guest.Allocator.Position;
        var length = (uint)(ranges.Length * BlockRange.Size);
        var data = new GuestBuffer(_guest.Allocator.Allocate(length), length, DeviceWritable: false);
        for (var i = 0; i < ranges.Length; i++)
            ranges[i].Format(_guest.Memory.Span(data.Address + (ulong)(i * BlockRange.Size), BlockRange.Size));
        var status = Request(new BlockRequestHeader(type, 0), data);
        _guest.Allocator.Position = mark;
        return status;
    }
}
