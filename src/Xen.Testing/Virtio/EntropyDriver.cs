using System;

namespace Xen.Testing.Virtio;

/// <summary>Plays the guest's driver of an entropy device: one buffer at a time, waited for by its interrupt.</summary>
public sealed class EntropyDriver
{
    private readonly VirtioDriver _guest;
    private IGuestQueue? _queue;

    /// <summary>Makes a driver; the device is not touched before <see cref="Start"/>.</summary>
    /// <param name="guest">The guest that it runs in.</param>
    public EntropyDriver(VirtioDriver guest) => _guest = guest;

    /// <summary>The queue of buffers. There is one after <see cref="Start"/>.</summary>
    public IGuestQueue Queue => _queue ?? throw new InvalidOperationException("start the driver first");

    /// <summary>Resets the device and brings it up.</summary>
    /// <param name="wantedFeatures">Features that the driver knows.</param>
    /// <param name="queueSize">Size of the queue; the largest that the device offers if null.</param>
    public void Start(ulong wantedFeatures = VirtioDriver.DefaultFeatures, ushort? queueSize = null)
    {
        _guest.Negotiate(wantedFeatures);
        _queue = _guest.SetUpQueue(0, queueSize);
        _guest.SetDriverOk();
    }

    /// <summary>Asks for random bytes, and waits until the device gives the buffer back.</summary>
    /// <param name="destination">Filled from its beginning.</param>
    /// <returns>How many bytes the device says it has written.</returns>
    /// <exception cref="TimeoutException">The device did not answer.</exception>
    public int Read(Span<byte> destination)
    {
        var mark = _guest.Allocator.Position;
        var length = (uint)destination.Length;
        var place = _guest.Allocator.Allocate(length);
        Queue.Add(new GuestBuffer(place, length, DeviceWritable: true));
        _guest.Notify(0);
        var used = (int)Math.Min(_guest.WaitUsed(Queue).Length, length);
        _guest.Memory.Span(place, used).CopyTo(destination);
        _guest.Allocator.Position = mark;
        return used;
    }
}
