using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Transports.Core;

/// <summary>The registers of one queue, and the queue's run while there is one.</summary>
/// <remarks>All but <see cref="Ring"/> and <see cref="IsStopped"/> under the transport's lock.</remarks>
internal sealed class TransportQueue(ushort maxSize, IQueueJournal? journal, IQueueHost host) : IDoorbell
{
    private IRunningQueue? _running;
    private QueueHold? _hold;
    private ushort _size = maxSize;
    private ulong _descriptorTable;
    private ulong _availableRing;
    private ulong _usedRing;

    public ushort MaxSize { get; } = maxSize;

    public IQueueJournal? Journal { get; } = journal;

    public IQueueHost Host { get; } = host;

    /// <summary>The driver has set the queue up and not taken it back.</summary>
    public bool Ready { get; private set; }

    /// <summary>What the driver reads: ready until a queue that was taken back has really stopped.</summary>
    public bool ReadsReady => Ready || !IsStopped;

    public bool IsStopped => Volatile.Read(ref _running) is null;

    public VirtQueueConfig Config => new(_size, _descriptorTable, _availableRing, _usedRing);

    // A size that does not fit 16 bits is no size; the check when the queue is made ready refuses 0.
    public void SetSize(uint value) => _size = value <= ushort.MaxValue ? (ushort)value : (ushort)0;

    public void SetDescriptorTable(uint value, bool high) => SetHalf(ref _descriptorTable, value, high);

    public void SetAvailableRing(uint value, bool high) => SetHalf(ref _availableRing, value, high);

    public void SetUsedRing(uint value, bool high) => SetHalf(ref _usedRing, value, high);

    /// <summary>The queue starts from the beginning, wherever the one before it had come to.</summary>
    public void MakeReady()
    {
        Journal?.Clear();
        Ready = true;
    }

    public void Start(IRunningQueue running, QueueHold hold)
    {
        _hold = hold;
        Volatile.Write(ref _running, running);
    }

    public void Ring() => Volatile.Read(ref _running)?.Ring();

    /// <summary>Asks the queue to stop.</summary>
    /// <returns>What to wait for; null if it does not run.</returns>
    public IRunningQueue? RequestStop()
    {
        Ready = false;
        _running?.RequestStop();
        return _running;
    }

    public bool WaitStopped(TimeSpan timeout)
    {
        if (_running is null)
            return true;
        if (!_running.WaitStopped(timeout))
            return false;

        Volatile.Write(ref _running, null);
        _hold?.Dispose();
        _hold = null;
        return true;
    }

    public void Restore(VirtQueueConfig config, bool ready)
    {
        _size = config.Size;
        _descriptorTable = config.DescriptorTable;
        _availableRing = config.AvailableRing;
        _usedRing = config.UsedRing;
        Ready = ready;
    }

    public void Reset() => Restore(new VirtQueueConfig(MaxSize, 0, 0, 0), ready: false);

    private static void SetHalf(ref ulong field, uint value, bool high) => field = high
        ? (field & uint.MaxValue) | ((ulong)value << 32)
        : (field & ~(ulong)uint.MaxValue) | value;
}
