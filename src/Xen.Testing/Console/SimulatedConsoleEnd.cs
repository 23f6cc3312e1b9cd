using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Xen.Virtio.Devices.Console;

namespace Xen.Testing.Console;

/// <summary>The host's end of a port whose other side is a program; as slow as that likes. Thread-safe.</summary>
/// <param name="room">How many bytes of the guest are kept, until the program takes them; then the guest waits.</param>
public sealed class SimulatedConsoleEnd(int room = 1 << 16) : IConsoleEnd
{
    private readonly Lock _gate = new();
    private readonly Queue<byte> _toGuest = new();
    private readonly Queue<byte> _fromGuest = new();
    private bool _isConnected = true;
    private bool _isGuestOpen;

    /// <inheritdoc/>
    public event EventHandler? Changed;

    /// <inheritdoc/>
    public bool IsConnected
    {
        get
        {
            lock (_gate)
                return _isConnected;
        }
    }

    /// <summary>Whether the guest has opened the port.</summary>
    public bool IsGuestOpen
    {
        get
        {
            lock (_gate)
                return _isGuestOpen;
        }
    }

    /// <summary>Bytes that the guest has not taken yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _toGuest.Count;
        }
    }

    /// <summary>Sends bytes to the guest.</summary>
    /// <param name="data">Anything.</param>
    public void Send(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            foreach (var value in data)
                _toGuest.Enqueue(value);
        }

        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Sends text to the guest.</summary>
    /// <param name="text">Anything.</param>
    public void Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    /// <summary>Takes what the guest has written.</summary>
    /// <param name="most">How many bytes at most.</param>
    public byte[] Take(int most = int.MaxValue)
    {
        byte[] taken;
        lock (_gate)
        {
            taken = new byte[Math.Min(most, _fromGuest.Count)];
            for (var i = 0; i < taken.Length; i++)
                taken[i] = _fromGuest.Dequeue();
        }

        if (taken.Length != 0)
            Changed?.Invoke(this, EventArgs.Empty);
        return taken;
    }

    /// <summary>Says whether there is somebody.</summary>
    /// <param name="isConnected">Whether there is.</param>
    public void Connect(bool isConnected)
    {
        lock (_gate)
            _isConnected = isConnected;
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> destination)
    {
        lock (_gate)
        {
            var count = Math.Min(destination.Length, _toGuest.Count);
            for (var i = 0; i < count; i++)
                destination[i] = _toGuest.Dequeue();
            return count;
        }
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<byte> source)
    {
        lock (_gate)
        {
            var count = Math.Min(source.Length, room - _fromGuest.Count);
            for (var i = 0; i < count; i++)
                _fromGuest.Enqueue(source[i]);
            return count;
        }
    }

    /// <inheritdoc/>
    public void GuestOpened(bool isOpen)
    {
        lock (_gate)
            _isGuestOpen = isOpen;
    }
}
