using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Virtio.Devices;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Spec;

namespace VirtioHosting.Tests;

/// <summary>A device that does not go on where another process has ended, as a GPIO device does not.</summary>
internal sealed class StubbornDevice : IVirtioDevice, ISavedState
{
    private readonly EntropyDevice _device = new();

    public event EventHandler? StateChanged
    {
        add { }
        remove { }
    }

    /// <summary>Called when it is asked for its queues.</summary>
    internal Action Asked { get; init; } = static () => { };

    public VirtioDeviceId DeviceId => VirtioDeviceId.Entropy;

    public ulong Features => 0;

    public IReadOnlyList<ushort> QueueMaxSizes
    {
        get
        {
            Asked();
            return _device.QueueMaxSizes;
        }
    }

    public bool TryReadConfig(uint offset, Span<byte> data) => false;

    public void Activate(ulong features) => _device.Activate(features);

    public IRunningQueue StartQueue(int index, QueueResources resources) => _device.StartQueue(index, resources);

    public void Reset() => _device.Reset();

    public byte[] SaveState() => [0];

    public bool TryRestoreState(ReadOnlySpan<byte> state) => false;
}
