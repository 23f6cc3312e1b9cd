using System;
using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Devices.I2c;

/// <summary>
/// One request, seen through its chain: header, then data to write, in the readable part; data that is read, then the
/// status byte, in the writable part (virtio 1.3 §5.18.6.1). How the driver has cut the parts does not matter.
/// </summary>
internal readonly ref struct I2cRequest
{
    private readonly DescriptorChain _chain;
    private readonly GuestMemoryView _memory;

    public I2cRequest(DescriptorChain chain, GuestMemoryView memory)
    {
        _chain = chain;
        _memory = memory;
    }

    /// <summary>Bytes from the driver after the header; nothing if the header is cut short.</summary>
    public uint DataOutLength => Math.Max(_chain.ReadableLength, I2cRequestHeader.Size) - I2cRequestHeader.Size;

    /// <summary>Bytes to the driver before the status byte.</summary>
    public uint DataInLength => Math.Max(_chain.WritableLength, 1) - 1;

    public bool HasStatus => _chain.WritableLength != 0;

    /// <summary>Copies the header.</summary>
    /// <returns>False if it is cut short or not in memory.</returns>
    public bool TryReadHeader(out I2cRequestHeader header)
    {
        Span<byte> bytes = stackalloc byte[I2cRequestHeader.Size];
        var isThere = _chain.TryCopyFrom(_memory, 0, bytes);
        header = isThere ? I2cRequestHeader.Parse(bytes) : default;
        return isThere;
    }

    public bool TryCopyDataOut(Span<byte> destination) =>
        _chain.TryCopyFrom(_memory, I2cRequestHeader.Size, destination);

    /// <summary>Writes what was read, and the status.</summary>
    /// <param name="data">What was read: of the full length, or nothing. Zeros take the place of what is missing.</param>
    /// <param name="status">How the request ended.</param>
    /// <param name="stopping">Ends the zeros: the guest says how many.</param>
    /// <returns>The used length: it counts without a gap, and reaches the status byte.</returns>
    public uint Finish(ReadOnlySpan<byte> data, I2cRequestStatus status, CancellationToken stopping)
    {
        if (!HasStatus)
            return 0;
        if (!data.IsEmpty && !_chain.TryCopyTo(_memory, 0, data))
        {
            data = default;
            status = I2cRequestStatus.Error;
        }

        return StatusByte.Finish(_chain, _memory, (uint)data.Length, (byte)status, stopping);
    }
}
