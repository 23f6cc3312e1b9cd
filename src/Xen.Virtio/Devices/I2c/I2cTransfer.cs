using System;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Devices.I2c;

/// <summary>
/// The transfer that is being put together: messages, and the memory for their data. It never grows, whatever the
/// guest asks
/// for.
/// </summary>
internal sealed class I2cTransfer(II2cBus bus, I2cDeviceOptions options)
{
    private readonly I2cMessage[] _messages = new I2cMessage[options.MaxMessages];

    // Pinned: a bus of the host hands addresses of it to the kernel.
    private readonly byte[] _data = GC.AllocateUninitializedArray<byte>(options.MaxTransferLength, pinned: true);
    private int _used;

    public int Count { get; private set; }

    public bool IsFull => Count == _messages.Length;

    /// <summary>What a message has read.</summary>
    public ReadOnlySpan<byte> DataRead(int message) =>
        _messages[message].IsRead ? _messages[message].Data.Span : default;

    /// <summary>Adds a message, if it can be carried out.</summary>
    /// <returns>Why it cannot; null if it can.</returns>
    public string? TryAdd(I2cRequest request, I2cRequestHeader header)
    {
        if ((header.Flags & ~(I2cRequestFlags.FailNext | I2cRequestFlags.Read)) != 0)
            return "a reserved flag is set";
        if (!I2cAddress.TryDecode(header.Address, out var address))
            return "no address";

        // No line for the log: this is how a guest looks for its chips.
        if (!options.Addresses.Allows(address))
            return "";

        var isRead = (header.Flags & I2cRequestFlags.Read) != 0;
        if ((isRead ? request.DataOutLength : request.DataInLength) != 0)
            return "a buffer of the wrong direction";

        var length = isRead ? request.DataInLength : request.DataOutLength;
        if (length > (uint)options.MaxMessageLength || length > (uint)(_data.Length - _used))
            return "too long";

        var data = _data.AsMemory(_used, (int)length);
        if (isRead)
            data.Span.Clear();
        else if (!request.TryCopyDataOut(data.Span))
            return "data outside memory";

        _used += data.Length;
        _messages[Count++] = new I2cMessage(address, isRead, data);
        return null;
    }

    /// <summary>Carries it out.</summary>
    /// <returns>How many messages went well.</returns>
    public int Run() => Math.Clamp(bus.Transfer(_messages.AsSpan(0, Count)), 0, Count);

    public void Clear()
    {
        Count = 0;
        _used = 0;
    }
}
