using System;
using System.Collections.Generic;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Testing.Virtio;

/// <summary>Plays the guest's I2C driver, as Linux's does it: one request for each message, all of a transfer made
/// available at once.</summary>
public sealed class I2cDriver
{
    private readonly VirtioDriver _guest;
    private readonly List<Sent> _sent = [];
    private IGuestQueue? _queue;

    /// <summary>Makes a driver; the device is not touched before <see cref="Start"/>.</summary>
    /// <param name="guest">The guest that it runs in.</param>
    public I2cDriver(VirtioDriver guest) => _guest = guest;

    /// <summary>The request queue. There is one after <see cref="Start"/>.</summary>
    public IGuestQueue Queue => _queue ?? throw new InvalidOperationException("start the driver first");

    /// <summary>Resets the device and brings it up.</summary>
    /// <param name="wantedFeatures">Features that the driver knows.</param>
    /// <param name="queueSize">Size of the queue; the largest that the device offers if null.</param>
    public void Start(ulong wantedFeatures = VirtioDriver.DefaultFeatures, ushort? queueSize = null)
    {
        _sent.Clear();
        _guest.Negotiate(wantedFeatures);
        _queue = _guest.SetUpQueue(0, queueSize);
        _guest.SetDriverOk();
    }

    /// <summary>Makes one transfer.</summary>
    /// <param name="messages">Its messages; those that read are filled.</param>
    /// <returns>For each message, how it ended.</returns>
    public I2cRequestStatus[] Transfer(params ReadOnlySpan<I2cMessage> messages)
    {
        var mark = _guest.Allocator.Position;
        for (var i = 0; i < messages.Length; i++)
            Add(messages[i], hasNext: i + 1 < messages.Length);
        var statuses = Await();
        _guest.Allocator.Position = mark;
        return statuses;
    }

    /// <summary>Makes a request available, without a notification.</summary>
    /// <param name="message">What to do.</param>
    /// <param name="hasNext">Whether the next request is of the same group.</param>
    /// <returns>What the device will give back.</returns>
    public ushort Add(I2cMessage message, bool hasNext)
    {
        var length = (uint)message.Data.Length;
        var header = _guest.Allocator.Allocate(I2cRequestHeader.Size);
        var data = _guest.Allocator.Allocate(length);
        var status = _guest.Allocator.Allocate(1);
        var flags = (hasNext ? I2cRequestFlags.FailNext : 0) | (message.IsRead ? I2cRequestFlags.Read : 0);
        new I2cRequestHeader(message.Address.Encode(), flags).Format(
            _guest.Memory.Span(header, I2cRequestHeader.Size));
        message.Data.Span.CopyTo(_guest.Memory.Span(data, message.Data.Length));
        _guest.Memory.Span(status, 1)[0] = byte.MaxValue;
        ReadOnlySpan<GuestBuffer> chain =
        [
            new(header, I2cRequestHeader.Size, DeviceWritable: false),
            new(data, length, message.IsRead),
            new(status, 1, DeviceWritable: true),
        ];
        var head = Queue.Add(length == 0 ? [chain[0], chain[2]] : chain);
        _sent.Add(new Sent(head, message, data, status));
        return head;
    }

    /// <summary>Notifies the device.</summary>
    public void Notify() => _guest.Notify(0);

    /// <summary>Notifies the device and waits for all that was added.</summary>
    /// <returns>For each request, how it ended, in order.</returns>
    /// <exception cref="InvalidOperationException">The device gave them back in another order.</exception>
    public I2cRequestStatus[] Await()
    {
        Notify();
        var statuses = new I2cRequestStatus[_sent.Count];
        for (var i = 0; i < statuses.Length; i++)
        {
            var (head, message, data, status) = _sent[i];
            if (_guest.WaitUsed(Queue).Head != head)
                throw new InvalidOperationException("the device gave requests back in another order");
            statuses[i] = (I2cRequestStatus)_guest.Memory.Span(status, 1)[0];
            if (message.IsRead)
                _guest.Memory.Span(data, message.Data.Length).CopyTo(message.Data.Span);
        }

        _sent.Clear();
        return statuses;
    }

    private sealed record Sent(ushort Head, I2cMessage Message, ulong Data, ulong Status);
}
