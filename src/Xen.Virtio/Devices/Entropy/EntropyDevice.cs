using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Logging;
using Xen.Machine;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Devices.Entropy;

/// <summary>
/// A virtio entropy device, virtio 1.2 §5.4: the guest hands in buffers, the device fills them with random bytes. In
/// Linux: <c>/dev/hwrng</c>.
/// </summary>
/// <remarks>The smallest whole device there is: what else a device needs, the queue's worker and the transport do.</remarks>
/// <param name="source">Where the bytes come from; the operating system if null.</param>
/// <param name="logger">Where broken queues are reported.</param>
/// <param name="limit">How fast the guest may take bytes; no limit if null.</param>
/// <exception cref="ArgumentOutOfRangeException">A number of the limit is below 1.</exception>
public sealed class EntropyDevice(
    IEntropySource? source = null, ILogger? logger = null, EntropyRateLimit? limit = null)
    : IVirtioDevice, IWaitingHandler
{
    /// <summary>
    /// Most bytes for one request, so that none keeps the worker from being stopped. The driver is told how many it got.
    /// </summary>
    public const uint MaxBytesPerRequest = 1 << 16;

    private readonly TokenBucket? _bucket = limit is null ? null : new TokenBucket(limit);
    private readonly IEntropySource _source = source ?? SystemEntropySource.Instance;

    /// <inheritdoc/>
    public VirtioDeviceId DeviceId => VirtioDeviceId.Entropy;

    /// <inheritdoc/>
    public ulong Features => 0;

    /// <inheritdoc/>
    public IReadOnlyList<ushort> QueueMaxSizes { get; } = [64];

    /// <inheritdoc/>
    public bool NeverWaits => _bucket is null;

    /// <inheritdoc/>
    public bool IsUnfinished => false;

    /// <inheritdoc/>
    /// <remarks>There is no configuration space.</remarks>
    public bool TryReadConfig(uint offset, Span<byte> data) => false;

    /// <inheritdoc/>
    public void Activate(ulong features)
    {
        // No feature, no state.
    }

    /// <inheritdoc/>
    public IRunningQueue StartQueue(int index, QueueResources resources) =>
        QueueWorker.Start("rng", resources, this, logger);

    /// <inheritdoc/>
    public void Reset()
    {
        // As above.
    }

    /// <inheritdoc/>
    /// <remarks>With a limit: until there is a byte for the guest, since a request gets at least one (§5.4.6.1).</remarks>
    public void WaitReady(CancellationToken stopping) => _bucket?.Wait(stopping);

    /// <inheritdoc/>
    public uint Handle(DescriptorChain chain, GuestMemoryView memory, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var wanted = Math.Min(chain.WritableLength, MaxBytesPerRequest);
        if (_bucket is not null)
            wanted = _bucket.Take(wanted);
        var cursor = chain.Write(0, wanted);
        while (cursor.TryNext(memory, out var piece))
            _source.Fill(piece);
        return wanted - cursor.Remaining;
    }

    /// <inheritdoc/>
    public void Rejected(ChainFault fault)
    {
        // The worker logs it.
    }
}
