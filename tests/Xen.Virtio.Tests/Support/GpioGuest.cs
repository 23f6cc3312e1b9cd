using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Threading;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Tests.Support;

/// <summary>The guest's GPIO driver: requests, and a buffer of the event queue for each line that is unmasked.</summary>
internal sealed class GpioGuest
{
    private readonly VirtioDriver _guest;
    private readonly Dictionary<uint, (int Line, ulong Status)> _events = [];

    public GpioGuest(VirtioDriver guest, ulong features = VirtioDriver.DefaultFeatures)
    {
        _guest = guest;
        Features = guest.Negotiate(features);
        Requests = guest.SetUpQueue(GpioLayout.RequestQueue);
        if ((Features & GpioFeatures.Interrupts) != 0)
            Events = guest.SetUpQueue(GpioLayout.EventQueue);
        guest.SetDriverOk();
    }

    public ulong Features { get; }

    public IGuestQueue Requests { get; }

    public IGuestQueue? Events { get; private set; }

    /// <summary>Makes a request of two bytes of answer: status and value.</summary>
    public (GpioStatus Status, byte Value) Ask(GpioMessage message, int line, uint value = 0)
    {
        var answer = Ask(message, line, value, GpioLayout.ResponseSize);
        return ((GpioStatus)answer[0], answer[1]);
    }

    /// <summary>Makes a request whose value does not matter.</summary>
    public GpioStatus Set(GpioMessage message, int line, uint value) => Ask(message, line, value).Status;

    public byte[] Ask(GpioMessage message, int line, uint value, int answerLength)
    {
        var mark = _guest.Allocator.Position;
        var request = _guest.Allocator.Allocate(GpioRequest.Size);
        var answer = _guest.Allocator.Allocate((uint)answerLength);
        new GpioRequest(message, (ushort)line, value).Format(_guest.Memory.Span(request, GpioRequest.Size));
        _guest.Memory.Span(answer, answerLength).Fill(0xee);
        Requests.Add(new(request, GpioRequest.Size, false), new(answer, (uint)answerLength, true));
        _guest.Notify(GpioLayout.RequestQueue);
        _guest.WaitUsed(Requests);
        _guest.Allocator.Position = mark;
        return _guest.Memory.Span(answer, answerLength).ToArray();
    }

    /// <summary>Gives the device the buffer of a line. The memory is not used again.</summary>
    public void Unmask(int line)
    {
        var request = _guest.Allocator.Allocate(GpioLayout.EventRequestSize);
        var status = _guest.Allocator.Allocate(1);
        BinaryPrimitives.WriteUInt16LittleEndian(_guest.Memory.Span(request, 2), (ushort)line);
        _guest.Memory.Span(status, 1)[0] = 0xee;
        var head = Events!.Add(new(request, GpioLayout.EventRequestSize, false), new(status, 1, true));
        _events[head] = (line, status);
        _guest.Notify(GpioLayout.EventQueue);
    }

    /// <summary>Takes the event queue back, with its buffers, and sets it up anew.</summary>
    public void RenewEvents(GuestDriver guest)
    {
        guest.SelectedQueue = GpioLayout.EventQueue;
        guest.WriteRegister(MmioRegister.QueueReady, 0);
        Assert.True(SpinWait.SpinUntil(() => !guest.IsQueueReady, TimeSpan.FromSeconds(30)));
        _events.Clear();
        Events = guest.SetUpQueue(GpioLayout.EventQueue);
    }

    /// <summary>Waits for the next buffer that comes back.</summary>
    public (int Line, GpioEventStatus Status) AwaitEvent()
    {
        var used = _guest.WaitUsed(Events!);
        var (line, status) = _events[used.Head];
        _events.Remove(used.Head);
        Assert.Equal(1u, used.Length);
        return (line, (GpioEventStatus)_guest.Memory.Span(status, 1)[0]);
    }

    /// <summary>
    /// Asserts that the device holds all buffers but those that came back: it has seen them, since a buffer for no line, which comes
    /// after them, comes back.
    /// </summary>
    public void AssertNoEvent()
    {
        Unmask(ushort.MaxValue);
        Assert.Equal((ushort.MaxValue, GpioEventStatus.Invalid), AwaitEvent());
    }
}
