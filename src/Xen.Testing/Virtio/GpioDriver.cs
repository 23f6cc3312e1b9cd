using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Testing.Virtio;

/// <summary>
/// Plays the guest's GPIO driver: one request at a time, each waited for by its interrupt, and a buffer of the event
/// queue for each line whose interrupt is wanted.
/// </summary>
public sealed class GpioDriver
{
    private readonly VirtioDriver _guest;
    private readonly Dictionary<uint, (int Line, ulong Status)> _events = [];
    private IGuestQueue? _requests;
    private IGuestQueue? _eventQueue;

    /// <summary>Makes a driver; the device is not touched before <see cref="Start"/>.</summary>
    /// <param name="guest">The guest that it runs in.</param>
    public GpioDriver(VirtioDriver guest) => _guest = guest;

    /// <summary>How many lines there are, read from the configuration space now.</summary>
    public int LineCount
    {
        get
        {
            Span<byte> data = stackalloc byte[sizeof(ushort)];
            _guest.TryReadConfig(GpioLayout.LineCountOffset, data);
            return BinaryPrimitives.ReadUInt16LittleEndian(data);
        }
    }

    /// <summary>Whether lines can interrupt: the device offers it, and the driver knows it.</summary>
    public bool HasInterrupts => _eventQueue is not null;

    /// <summary>Resets the device and brings it up.</summary>
    /// <param name="wantedFeatures">Features that the driver knows.</param>
    /// <param name="queueSize">Size of each queue; the largest that the device offers if null.</param>
    public void Start(ulong wantedFeatures = VirtioDriver.DefaultFeatures, ushort? queueSize = null)
    {
        _events.Clear();
        var features = _guest.Negotiate(wantedFeatures);
        _requests = _guest.SetUpQueue(GpioLayout.RequestQueue, queueSize);
        _eventQueue = (features & GpioFeatures.Interrupts) != 0
            ? _guest.SetUpQueue(GpioLayout.EventQueue, queueSize)
            : null;
        _guest.SetDriverOk();
    }

    /// <summary>Reads the names of all lines; empty for those that have none.</summary>
    /// <returns>A name for each line; nothing if the device says that there are no names.</returns>
    /// <exception cref="InvalidOperationException">The device refuses.</exception>
    public IReadOnlyList<string> ReadNames()
    {
        Span<byte> data = stackalloc byte[sizeof(uint)];
        _guest.TryReadConfig(GpioLayout.NamesSizeOffset, data);
        var size = BinaryPrimitives.ReadInt32LittleEndian(data);
        if (size <= 0)
            return [];
        var answer = Ask(new GpioRequest(GpioMessage.GetNames, 0, 0), 1 + size);
        if (answer[0] != (byte)GpioStatus.Ok)
            throw new InvalidOperationException("the device does not tell the names of its lines");
        return Encoding.ASCII.GetString(answer.AsSpan(1)).Split('\0')[..LineCount];
    }

    /// <summary>Finds the direction of a line.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="direction">The direction.</param>
    public GpioStatus GetDirection(int line, out GpioDirection direction)
    {
        var (status, value) = Ask(GpioMessage.GetDirection, line);
        direction = (GpioDirection)value;
        return status;
    }

    /// <summary>Sets the direction of a line; <see cref="GpioDirection.None"/> gives it up.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="direction">The direction.</param>
    public GpioStatus SetDirection(int line, GpioDirection direction) =>
        Ask(GpioMessage.SetDirection, line, (uint)direction).Status;

    /// <summary>Finds out whether a line is high.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="isHigh">Whether it is.</param>
    public GpioStatus GetValue(int line, out bool isHigh)
    {
        var (status, value) = Ask(GpioMessage.GetValue, line);
        isHigh = value != 0;
        return status;
    }

    /// <summary>Drives an output, or says what a line is to be when it becomes one.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="isHigh">High or low.</param>
    public GpioStatus SetValue(int line, bool isHigh) =>
        Ask(GpioMessage.SetValue, line, isHigh ? 1u : 0u).Status;

    /// <summary>Says when a line interrupts. A buffer for it is added by <see cref="Unmask"/>.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="type">When.</param>
    public GpioStatus SetInterruptType(int line, GpioInterruptType type) =>
        Ask(GpioMessage.SetInterruptType, line, (uint)type).Status;

    /// <summary>Makes a request of two bytes of answer, of any content.</summary>
    /// <param name="message">What to do.</param>
    /// <param name="line">Which line.</param>
    /// <param name="value">What the message says it is.</param>
    public (GpioStatus Status, byte Value) Ask(GpioMessage message, int line, uint value = 0)
    {
        var answer = Ask(new GpioRequest(message, (ushort)line, value), GpioLayout.ResponseSize);
        return ((GpioStatus)answer[0], answer[1]);
    }

    /// <summary>Gives the device a buffer for the next interrupt of a line. Its memory is not used again.</summary>
    /// <param name="line">Which line.</param>
    /// <exception cref="InvalidOperationException">There are no interrupts.</exception>
    public void Unmask(int line)
    {
        var queue = _eventQueue ?? throw new InvalidOperationException("no interrupts were negotiated");
        var request = _guest.Allocator.Allocate(GpioLayout.EventRequestSize);
        var status = _guest.Allocator.Allocate(1);
        BinaryPrimitives.WriteUInt16LittleEndian(
            _guest.Memory.Span(request, GpioLayout.EventRequestSize), (ushort)line);
        _guest.Memory.Span(status, 1)[0] = byte.MaxValue;
        var head = queue.Add(
            new(request, GpioLayout.EventRequestSize, DeviceWritable: false), new(status, 1, DeviceWritable: true));
        _events[head] = (line, status);
        _guest.Notify(GpioLayout.EventQueue);
    }

    /// <summary>Waits for the next buffer of the event queue that comes back.</summary>
    /// <returns>Of which line it is, and whether that has interrupted.</returns>
    /// <exception cref="InvalidOperationException">There are no interrupts.</exception>
    /// <exception cref="TimeoutException">None came back.</exception>
    public (int Line, GpioEventStatus Status) WaitEvent()
    {
        var used = _guest.WaitUsed(_eventQueue ?? throw new InvalidOperationException("no interrupts were negotiated"));
        var (line, status) = _events[used.Head];
        _events.Remove(used.Head);
        return (line, (GpioEventStatus)_guest.Memory.Span(status, 1)[0]);
    }

    private byte[] Ask(GpioRequest message, int answerLength)
    {
        var queue = _requests ?? throw new InvalidOperationException("start the driver first");
        var mark = _guest.Allocator.Position;
        var request = _guest.Allocator.Allocate(GpioRequest.Size);
        var answer = _guest.Allocator.Allocate((uint)answerLength);
        message.Format(_guest.Memory.Span(request, GpioRequest.Size));
        _guest.Memory.Span(answer, answerLength).Fill(byte.MaxValue);
        queue.Add(
            new(request, GpioRequest.Size, DeviceWritable: false),
            new(answer, (uint)answerLength, DeviceWritable: true));
        _guest.Notify(GpioLayout.RequestQueue);
        _guest.WaitUsed(queue);
        _guest.Allocator.Position = mark;
        return _guest.Memory.Span(answer, answerLength).ToArray();
    }
}
