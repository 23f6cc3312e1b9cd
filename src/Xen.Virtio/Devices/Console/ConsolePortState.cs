using System;
using System.Buffers.Binary;
using System.Text;
using System.Threading;
using Xen.Virtio.Spec.Console;

namespace Xen.Virtio.Devices.Console;

/// <summary>
/// A port while a driver runs: what the guest has been told, and what it still has to be told. Thread-safe.
/// </summary>
/// <remarks>What is to be told is a set, not a list: however often the guest asks, it does not grow.</remarks>
#pragma warning disable CA1001 // the events hold no handle as used here
internal sealed class ConsolePortState
#pragma warning restore CA1001
{
    public const int MaxNameLength = 256;

    private readonly Lock _gate = new();
    private readonly Lock _write = new();
    private readonly ManualResetEventSlim _canReceive = new();
    private readonly ManualResetEventSlim _canTransmit = new();
    private readonly byte[] _name;
    private readonly Action _told;
    private ConsoleMessages _pending;
    private bool _isAdded;
    private bool _isReady;
    private bool _isOpen;
    private bool _wasConnected;
    private ushort _columns;
    private ushort _rows;

    public ConsolePortState(int number, ConsolePort port, Action told)
    {
        Number = number;
        Port = port;
        _told = told;
        _name = Encoding.UTF8.GetBytes(port.Name);
        port.End.Changed += OnChanged;
    }

    public int Number { get; }

    public ConsolePort Port { get; }

    /// <summary>Set while data for the guest may have come.</summary>
    public ManualResetEventSlim CanReceive => _canReceive;

    /// <summary>Set while there may be room for data of the guest.</summary>
    public ManualResetEventSlim CanTransmit => _canTransmit;

    /// <summary>What was taken from the end and not given to the guest yet. Of the receiver alone.</summary>
    public byte[] Staged { get; } = new byte[4096];

    public int StagedStart { get; set; }

    public int StagedEnd { get; set; }

    /// <summary>Whether the guest takes data: one that has not opened the port throws it away.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _isOpen;
        }
    }

    public byte Save()
    {
        lock (_gate)
            return (byte)((_isAdded ? 1 : 0) | (_isReady ? 2 : 0) | (_isOpen ? 4 : 0));
    }

    // What another process may not have told, or not been told of, is told again: a driver takes it as it is.
    public void Restore(byte state)
    {
        var isOpen = (state & 4) != 0;
        lock (_gate)
        {
            _isAdded = (state & 1) != 0;
            _isReady = (state & 2) != 0;
            _isOpen = isOpen;
            _wasConnected = false;
            if (_isReady)
                _pending = Description | ConsoleMessages.Open;
            else if (_isAdded)
                _pending = ConsoleMessages.Add;
        }

        if (isOpen)
            Port.End.GuestOpened(true);
        _canReceive.Set();
    }

    /// <summary>Gives data of the guest to the end.</summary>
    /// <returns>How much of it the end has taken.</returns>
    public int Write(ReadOnlySpan<byte> source)
    {
        lock (_write)
            return Math.Clamp(Port.End.Write(source), 0, source.Length);
    }

    /// <summary>The driver is ready: it is told of the port.</summary>
    public void Add()
    {
        lock (_gate)
        {
            if (_isAdded)
                return;
            _isAdded = true;
            _pending |= ConsoleMessages.Add;
        }
    }

    /// <summary>The driver has the port: it is told what kind of port it is.</summary>
    public void SetReady()
    {
        lock (_gate)
        {
            if (!_isAdded || _isReady)
                return;
            _isReady = true;
            _wasConnected = Port.End.IsConnected;
            _pending |= Description | (_wasConnected ? ConsoleMessages.Open : 0);
        }
    }

    public void SetOpen(bool isOpen)
    {
        lock (_gate)
        {
            if (_isOpen == isOpen)
                return;
            _isOpen = isOpen;
        }

        Port.End.GuestOpened(isOpen);
        _canReceive.Set();
        // One that closes does not take what is left.
        if (!isOpen)
            Tell(Port.End.IsConnected);
    }

    public void Resize(ushort columns, ushort rows)
    {
        lock (_gate)
        {
            (_columns, _rows) = (columns, rows);
            if (_isReady && Port.IsConsole)
                _pending |= ConsoleMessages.Resize;
        }

        _told();
    }

    public void Reset()
    {
        bool wasOpen;
        lock (_gate)
        {
            wasOpen = _isOpen;
            _pending = ConsoleMessages.None;
            _isAdded = _isReady = _isOpen = _wasConnected = false;
        }

        if (wasOpen)
            Port.End.GuestOpened(false);
    }

    public bool HasMessage
    {
        get
        {
            lock (_gate)
                return _pending != ConsoleMessages.None;
        }
    }

    /// <summary>Takes the next message for the driver.</summary>
    /// <param name="message">Room for the longest.</param>
    /// <returns>Its length; 0 if there is none.</returns>
    public int TakeMessage(Span<byte> message)
    {
        lock (_gate)
        {
            if (_pending == ConsoleMessages.None)
                return 0;
            var next = (ConsoleMessages)((int)_pending & -(int)_pending);
            _pending &= ~next;
            var (what, value) = next switch
            {
                ConsoleMessages.Add => (ConsoleEvent.PortAdd, 0),
                ConsoleMessages.Console => (ConsoleEvent.ConsolePort, 1),
                ConsoleMessages.Name => (ConsoleEvent.PortName, 1),
                ConsoleMessages.Resize => (ConsoleEvent.Resize, 0),
                _ => (ConsoleEvent.PortOpen, Port.End.IsConnected ? 1 : 0),
            };
            new ConsoleControl((uint)Number, what, (ushort)value).Format(message);
            return ConsoleControl.Size + AppendTo(message[ConsoleControl.Size..], next);
        }
    }

    // What kind of port it is.
    private ConsoleMessages Description => (Port.IsConsole ? ConsoleMessages.Console | ConsoleMessages.Resize : 0)
        | (_name.Length != 0 ? ConsoleMessages.Name : 0);

    private int AppendTo(Span<byte> rest, ConsoleMessages message)
    {
        switch (message)
        {
            case ConsoleMessages.Name:
                _name.CopyTo(rest);
                return _name.Length;
            case ConsoleMessages.Resize:
                BinaryPrimitives.WriteUInt16LittleEndian(rest, _columns);
                BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], _rows);
                return 2 * sizeof(ushort);
            default:
                return 0;
        }
    }

    private void OnChanged(object? sender, EventArgs e)
    {
        _canReceive.Set();
        _canTransmit.Set();
        var isConnected = Port.End.IsConnected;
        lock (_gate)
        {
            // Linux ends a reader's file as soon as it hears that nobody is there: what was sent before goes first.
            if (!isConnected && _isOpen)
                return;
        }

        Tell(isConnected);
    }

    /// <summary>Nothing is left of what somebody sent who is not there any longer.</summary>
    public void SetDrained() => Tell(isConnected: false);

    private void Tell(bool isConnected)
    {
        lock (_gate)
        {
            if (!_isReady || _wasConnected == isConnected)
                return;
            _wasConnected = isConnected;
            _pending |= ConsoleMessages.Open;
        }

        _told();
    }
}
