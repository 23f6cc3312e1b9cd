using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Xen.Virtio.Devices.I2c;

namespace Xen.Virtio.Linux.I2c;

/// <summary>The calls of i2c-dev, with what they take laid out as the kernel has it. Used by one thread at a time.</summary>
internal sealed class I2cCalls(II2cDevice device)
{
    // Pinned, since the kernel is given the address; made once, so that a transfer allocates nothing.
    private readonly I2cAbi.Msg[] _messages =
        GC.AllocateArray<I2cAbi.Msg>(I2cAbi.I2C_RDWR_IOCTL_MAX_MSGS, pinned: true);

    private readonly byte[] _smbus = GC.AllocateArray<byte>(I2cAbi.SmbusDataSize, pinned: true);
    private readonly MemoryHandle[] _pins = new MemoryHandle[I2cAbi.I2C_RDWR_IOCTL_MAX_MSGS];

    /// <summary>Asks what the adapter can do: <c>I2C_FUNC_*</c>.</summary>
    /// <returns>0, or an errno, negative.</returns>
    public unsafe int GetFunctions(out ulong functions)
    {
        nuint value = 0;

        // SAFETY: the kernel writes one unsigned long to a local variable, which does not move.
        var result = device.Ioctl(I2cAbi.I2C_FUNCS, (nuint)(&value));
        functions = value;
        return result;
    }

    /// <summary>Chooses the chip of the next transactions.</summary>
    /// <returns>0; <c>EBUSY</c>, negative, if a driver of this kernel has the chip; or another errno, negative.</returns>
    public int SetSlave(ushort address) => device.Ioctl(I2cAbi.I2C_SLAVE, address);

    /// <summary>Makes one transfer, with repeated starts between the messages.</summary>
    /// <param name="messages">1 to 42, of up to 8192 bytes each.</param>
    /// <returns>How many messages were done, or an errno, negative.</returns>
    public unsafe int ReadWrite(ReadOnlySpan<I2cMessage> messages)
    {
        var pinned = 0;
        try
        {
            for (; pinned < messages.Length; pinned++)
            {
                ref readonly var message = ref messages[pinned];
                _pins[pinned] = message.Data.Pin();
                _messages[pinned] = new I2cAbi.Msg
                {
                    Addr = message.Address.Value,
                    Flags = (ushort)((message.IsRead ? I2cAbi.I2C_M_RD : 0)
                        | (message.Address.IsTenBit ? I2cAbi.I2C_M_TEN : 0)),
                    Len = (ushort)message.Data.Length,
                    Buf = (nuint)_pins[pinned].Pointer,
                };
            }

            // SAFETY: the array is pinned for good, and each buffer until the handles are disposed of below.
            var first = Marshal.UnsafeAddrOfPinnedArrayElement(_messages, 0);
            var argument = new I2cAbi.RdwrIoctlData { Msgs = (nuint)first, Nmsgs = (uint)messages.Length };

            // SAFETY: a local variable, which does not move; the kernel reads it, and follows the addresses in it.
            return device.Ioctl(I2cAbi.I2C_RDWR, (nuint)(&argument));
        }
        finally
        {
            for (var i = 0; i < pinned; i++)
                _pins[i].Dispose();
        }
    }

    /// <summary>Makes one SMBus transaction with the chip that was chosen.</summary>
    /// <param name="transaction">Which.</param>
    /// <param name="messages">Its one or two messages.</param>
    /// <returns>0 or more; an errno, negative; <c>ENODATA</c> if fewer bytes came than asked for.</returns>
    public unsafe int Smbus(SmbusTransaction transaction, ReadOnlySpan<I2cMessage> messages)
    {
        var sent = messages[0].IsRead ? default : messages[0].Data.Span;
        var read = messages[^1].IsRead ? messages[^1].Data.Span : default;
        var data = _smbus.AsSpan();
        data.Clear();
        if (sent.Length > 1)
            sent[1..].CopyTo(data[transaction.DataOffset..]);
        var length = (byte)(transaction.IsRead ? read.Length : Math.Max(sent.Length, 1) - 1);
        if (transaction.Size == I2cAbi.I2C_SMBUS_I2C_BLOCK_DATA)
            data[0] = length;

        // SAFETY: the array is pinned for good, and as large as the kernel's union.
        var address = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(_smbus, 0);
        var argument = new I2cAbi.SmbusIoctlData
        {
            ReadWrite = transaction.IsRead ? I2cAbi.I2C_SMBUS_READ : I2cAbi.I2C_SMBUS_WRITE,
            Command = sent.IsEmpty ? (byte)0 : sent[0],
            Size = transaction.Size,
            Data = transaction.HasNoData ? 0 : address,
        };

        // SAFETY: a local variable, which does not move; the kernel reads it, and follows the address in it.
        var result = device.Ioctl(I2cAbi.I2C_SMBUS, (nuint)(&argument));
        if (result < 0 || read.IsEmpty)
            return result;
        if (transaction.Size == I2cAbi.I2C_SMBUS_I2C_BLOCK_DATA && data[0] != length)
            return -I2cAbi.ENODATA;
        data.Slice(transaction.DataOffset, read.Length).CopyTo(read);
        return result;
    }
}
