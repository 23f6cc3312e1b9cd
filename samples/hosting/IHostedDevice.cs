using System;
using Xen.Virtio.Devices;

namespace VirtioHosting;

/// <summary>A device with the host's side of it, opened. Disposed when it is not served any longer.</summary>
public interface IHostedDevice : IDisposable
{
    /// <summary>The device.</summary>
    IVirtioDevice Device { get; }

    /// <summary>Which features of queues its driver is offered, as feature bits (virtio 1.2 §6).</summary>
    ulong QueueFeatures => ulong.MaxValue;

    /// <summary>What is served, for the log: <c>/srv/a.img (raw, 131072 sectors, read-write)</c>.</summary>
    string Text { get; }

    /// <summary>What was done, for the log; empty if there is nothing to say.</summary>
    string Summary => "";

    /// <summary>Ends what is under way, and makes durable what is to be, once the guest asks no more.</summary>
    /// <param name="patience">How long that may take.</param>
    /// <returns>False if something that the guest has written may be lost.</returns>
    bool Finish(TimeSpan patience) => true;
}
