using System;
using System.Buffers.Binary;
using System.Text;
using Xen.Virtio.Spec.Console;

namespace Xen.Testing.Virtio;

/// <summary>
/// Plays the guest's console driver: one buffer at a time in each direction, each waited for by its interrupt. It says
/// nothing about ports by itself: with MULTIPORT, a program plays that part of a driver with <see cref="Tell"/> and
/// <see cref="ReadMessage"/>.
/// </summary>
public sealed class ConsoleDriver
{
    private const int LongestMessage = ConsoleControl.Size + 256;

    private readonly VirtioDriver _guest;
    private IGuestQueue[] _queues = [];

    /// <summary>Makes a driver; the device is not touched before <see cref="Start"/>.</summary>
    /// <param name="guest">The guest that it runs in.</param>
    public ConsoleDriver(VirtioDriver guest) => _guest = guest;

    /// <summary>Width in characters, read from the configuration space now.</summary>
    public int Columns => ReadConfig(ConsoleLayout.ColumnsOffset, sizeof(ushort));

    /// <summary>Height in characters, read from the configuration space now.</summary>
    public int Rows => ReadConfig(ConsoleLayout.RowsOffset, sizeof(ushort));

    /// <summary>How many ports the driver uses: 1 without MULTIPORT.</summary>
    public int PortCount { get; private set; }

    /// <summary>Resets the device and brings it up.</summary>
    /// <param name="wantedFeatures">Features that the driver knows.</param>
    /// <param name="queueSize">Size of each queue; the largest that the device offers if null.</param>
    public void Start(ulong wantedFeatures = VirtioDriver.DefaultFeatures, ushort? queueSize = null)
    {
        var hasMultiport = (_guest.Negotiate(wantedFeatures) & ConsoleFeatures.Multiport) != 0;
        PortCount = hasMultiport ? ReadConfig(ConsoleLayout.MaxPortsOffset, sizeof(uint)) : 1;
        _queues = new IGuestQueue[hasMultiport ? ConsoleLayout.ReceiveQueue(PortCount) : 2];
        for (var i = 0; i < _queues.Length; i++)
            _queues[i] = _guest.SetUpQueue(i, queueSize);
        _guest.SetDriverOk();
    }

    /// <summary>Sends bytes to the host, and waits until it has taken them.</summary>
    /// <param name="data">At least one byte.</param>
    /// <param name="port">Which port.</param>
    /// <exception cref="TimeoutException">The host did not take them.</exception>
    public void Write(ReadOnlySpan<byte> data, int port = 0) => Send(ConsoleLayout.ReceiveQueue(port) + 1, data);

    /// <summary>Sends text to the host, and waits until it has taken it.</summary>
    /// <param name="text">At least one letter.</param>
    /// <param name="port">Which port.</param>
    /// <exception cref="TimeoutException">The host did not take it.</exception>
    public void Write(string text, int port = 0) => Write(Encoding.UTF8.GetBytes(text), port);

    /// <summary>Gives the device a buffer, and waits until the host has sent something.</summary>
    /// <param name="most">Size of the buffer in bytes.</param>
    /// <param name="port">Which port.</param>
    /// <returns>What the host has sent, up to that.</returns>
    /// <exception cref="TimeoutException">The host did not send anything.</exception>
    public byte[] Read(int most, int port = 0) => Receive(ConsoleLayout.ReceiveQueue(port), most);

    /// <summary>Tells the device something about a port. With MULTIPORT.</summary>
    /// <param name="message">Anything.</param>
    public void Tell(ConsoleControl message)
    {
        Span<byte> bytes = stackalloc byte[ConsoleControl.Size];
        message.Format(bytes);
        Send(ConsoleLayout.ControlTransmitQueue, bytes);
    }

    /// <summary>Waits for what the device says about its ports. With MULTIPORT.</summary>
    /// <param name="data">What follows the message: a name, or a size.</param>
    /// <exception cref="InvalidOperationException">It is shorter than a message.</exception>
    /// <exception cref="TimeoutException">The device says nothing.</exception>
    public ConsoleControl ReadMessage(out byte[] data)
    {
        var bytes = Receive(ConsoleLayout.ControlReceiveQueue, LongestMessage);
        if (bytes.Length < ConsoleControl.Size)
            throw new InvalidOperationException($"a control message of {bytes.Length} bytes");
        data = bytes[ConsoleControl.Size..];
        return ConsoleControl.Parse(bytes);
    }

    private void Send(int queue, ReadOnlySpan<byte> data)
    {
        var mark = _guest.Allocator.Position;
        var place = _guest.Allocator.Allocate((uint)data.Length);
        data.CopyTo(_guest.Memory.Span(place, data.Length));
        Submit(queue, new GuestBuffer(place, (uint)data.Length, DeviceWritable: false));
        _guest.Allocator.Position = mark;
    }

    private byte[] Receive(int queue, int most)
    {
        var mark = _guest.Allocator.Position;
        var place = _guest.Allocator.Allocate((uint)most);
        var used = (int)Submit(queue, new GuestBuffer(place, (uint)most, DeviceWritable: true));
        var data = _guest.Memory.Span(place, Math.Min(used, most)).ToArray();
        _guest.Allocator.Position = mark;
        return data;
    }

    private uint Submit(int queue, GuestBuffer buffer)
    {
        if (_queues.Length == 0)
            throw new InvalidOperationException("start the driver first");
        _queues[queue].Add(buffer);
        _guest.Notify(queue);
        return _guest.WaitUsed(_queues[queue]).Length;
    }

    private int ReadConfig(uint offset, int length)
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        data.Clear();
        _guest.TryReadConfig(offset, data[..length]);
        return BinaryPrimitives.ReadInt32LittleEndian(data);
    }
}
