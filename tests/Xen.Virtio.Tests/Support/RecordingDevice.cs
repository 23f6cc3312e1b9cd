using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Threading;
using Xen.Virtio.Devices;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Tests.Support;

/// <summary>A device with some queues that serves nothing and remembers everything.</summary>
internal sealed class RecordingDevice(int queues) : IVirtioDevice, IConfigChangeSource
{
    private readonly Dictionary<int, RecordingQueue> _running = [];

    public event EventHandler? ConfigChanged;

    public VirtioDeviceId DeviceId => VirtioDeviceId.Block;

    public ulong Features => 1UL << 9;

    public IReadOnlyList<ushort> QueueMaxSizes { get; } = CreateSizes(queues);

    public uint ConfigGeneration { get; private set; }

    public ulong? Activated { get; private set; }

    public int Resets { get; private set; }

    public Exception? StartFault { get; set; }

    public IReadOnlyDictionary<int, RecordingQueue> Running => _running;

    public bool TryReadConfig(uint offset, Span<byte> data)
    {
        if (offset > 8 || data.Length > 8 - offset)
            return false;
        Span<byte> config = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(config, 0x1122_3344_5566_7788);
        config.Slice((int)offset, data.Length).CopyTo(data);
        return true;
    }

    public void Activate(ulong features) => Activated = features;

    public IRunningQueue StartQueue(int index, QueueResources resources)
    {
        if (StartFault is not null)
            throw StartFault;
        return _running[index] = new RecordingQueue(resources);
    }

    public void Reset()
    {
        Resets++;
        Activated = null;
        _running.Clear();
    }

    public void ChangeConfig()
    {
        ConfigGeneration++;
        ConfigChanged?.Invoke(this, EventArgs.Empty);
    }

    private static ushort[] CreateSizes(int count)
    {
        var sizes = new ushort[count];
        Array.Fill(sizes, (ushort)16);
        return sizes;
    }

    internal sealed class RecordingQueue(QueueResources resources) : IRunningQueue
    {
        private int _rings;

        public QueueResources Resources => resources;

        public int Rings => Volatile.Read(ref _rings);

        public bool Stopped { get; private set; }

        public void Ring() => Interlocked.Increment(ref _rings);

        public void RequestStop() => Stopped = true;

        public bool WaitStopped(TimeSpan timeout) => Stopped;
    }
}
