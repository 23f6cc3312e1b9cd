using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Testing.I2c;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>
/// Linux's i2c-dev and an adapter with simulated chips: reads the structures at the offsets that they have on 64 bits,
/// and refuses what the kernel refuses. SMBus transactions are made of messages, as the kernel does where the hardware
/// has none.
/// </summary>
internal class SimulatedI2cKernel(ulong functions) : II2cDevice
{
    public const ulong Plain = I2cAbi.I2C_FUNC_I2C | I2cAbi.I2C_FUNC_10BIT_ADDR;
    public const ulong AllSmbus = 0x0eff0000;

    public const int NoChip = -6;
    public const int Busy = -16;
    public const int Invalid = -22;
    public const int NotSupported = -95;

    private ushort _slave;

    public ulong Functions { get; } = functions;

    public SimulatedI2cBus Bus { get; } = new();

    /// <summary>Chips that a driver of the kernel has.</summary>
    public HashSet<int> Bound { get; } = [];

    /// <summary>What calls return instead, if any.</summary>
    public int? Fault { get; set; }

    /// <summary>How many messages the adapter says that it did of a transfer; all if null.</summary>
    public int? DoneInstead { get; set; }

    /// <summary>Transfers: "rdwr" with the bytes of each message's structure, "smbus" with those of its own.</summary>
    public List<string> Calls { get; } = [];

    public bool IsClosed { get; private set; }

    public int Ioctl(uint request, nuint argument)
    {
        Assert.False(IsClosed);
        switch (request)
        {
            case 0x0705:
                Marshal.WriteInt64((nint)argument, (long)Functions);
                return 0;
            case 0x0703:
                if (argument > 0x7f)
                    return Invalid;
                if (Bound.Contains((int)argument))
                    return Busy;
                _slave = (ushort)argument;
                return 0;
            case 0x0707:
                return ReadWrite(Marshal.ReadIntPtr((nint)argument), Marshal.ReadInt32((nint)argument, 8));
            case 0x0720:
                return Smbus((nint)argument);
            default:
                return -25;
        }
    }

    public void Dispose() => IsClosed = true;

    /// <summary>One SMBus transaction, after the checks of i2c-dev.</summary>
    /// <param name="address">The chip.</param>
    /// <param name="isRead">The direction.</param>
    /// <param name="command">The register.</param>
    /// <param name="size">Its type.</param>
    /// <param name="data">The union: 34 bytes.</param>
    protected virtual int Transact(ushort address, bool isRead, byte command, int size, Span<byte> data)
    {
        ulong needed = (size, isRead) switch
        {
            (0, _) => 0x00010000,
            (1, true) => 0x00020000,
            (1, false) => 0x00040000,
            (2, true) => 0x00080000,
            (2, false) => 0x00100000,
            (3, true) => 0x00200000,
            (3, false) => 0x00400000,
            (4, _) => 0x00800000,
            (5, false) => 0x02000000,
            (8, true) => 0x04000000,
            (8, false) => 0x08000000,
            _ => 0,
        };
        if ((Functions & needed) == 0)
            return NotSupported;

        byte[] written = (size, isRead) switch
        {
            (0, _) or (1, true) => [],
            (1, false) or (2 or 3 or 8, true) => [command],
            (2, false) => [command, data[0]],
            (3, false) or (4, _) => [command, data[0], data[1]],
            (5, _) => [command, .. data[..(data[0] + 1)]],
            _ => [command, .. data.Slice(1, data[0])],
        };
        var length = size switch { 0 => 0, 1 or 2 => 1, 3 or 4 => 2, _ => data[0] };
        var read = new byte[length];
        var chip = new I2cAddress(address);
        var write = new I2cMessage(chip, false, written);
        var answer = new I2cMessage(chip, true, read);
        I2cMessage[] messages = (size, isRead) switch
        {
            (0 or 1, true) => [answer],
            (4, _) or (_, true) => [write, answer],
            _ => [write],
        };
        if (Bus.Transfer(messages) != messages.Length)
            return NoChip;
        if (messages[^1].IsRead)
            read.CopyTo(data[(size == 8 ? 1 : 0)..]);
        return 0;
    }

    private static byte[] Bytes(nint address, int count)
    {
        var bytes = new byte[count];
        if (count != 0)
            Marshal.Copy(address, bytes, 0, count);
        return bytes;
    }

    private int ReadWrite(nint structures, int count)
    {
        var texts = new List<string>();
        var messages = new List<I2cMessage>();
        var buffers = new List<nint>();
        if (count is < 1 or > 42)
            return Invalid;
        for (var i = 0; i < count; i++)
        {
            var structure = structures + (16 * i);
            texts.Add(Convert.ToHexStringLower(Bytes(structure, 6)));
            int address = (ushort)Marshal.ReadInt16(structure);
            int flags = (ushort)Marshal.ReadInt16(structure, 2);
            int length = (ushort)Marshal.ReadInt16(structure, 4);
            buffers.Add(Marshal.ReadIntPtr(structure, 8));
            if (length > 8192 || (flags & ~0x11) != 0)
                return Invalid;
            messages.Add(new I2cMessage(
                new I2cAddress(address, (flags & 0x10) != 0), (flags & 1) != 0, Bytes(buffers[i], length)));
        }

        Calls.Add("rdwr " + string.Join(' ', texts));
        if (Fault is { } fault)
            return fault;
        if ((Functions & 1) == 0)
            return NotSupported;
        if (Bus.Transfer(messages.ToArray()) != count)
            return NoChip;
        for (var i = 0; i < count; i++)
        {
            if (messages[i].IsRead)
                Marshal.Copy(messages[i].Data.ToArray(), 0, buffers[i], messages[i].Data.Length);
        }

        return DoneInstead ?? count;
    }

    // As i2cdev_ioctl_smbus checks and copies.
    private int Smbus(nint argument)
    {
        var head = Bytes(argument, 8);
        var size = Marshal.ReadInt32(argument, 4);
        var isRead = head[0] == 1;
        var address = Marshal.ReadIntPtr(argument, 8);
        Calls.Add($"smbus {_slave:x2} {Convert.ToHexStringLower(head)}");
        if (head[0] > 1 || size is not (0 or 1 or 2 or 3 or 4 or 5 or 7 or 8))
            return Invalid;
        if (Fault is { } fault)
            return fault;

        var data = new byte[34];
        if (size == 0 || (size == 1 && !isRead))
            return Transact(_slave, isRead, head[1], size, data);
        if (address == 0)
            return Invalid;
        var length = size switch { 1 or 2 => 1, 3 or 4 => 2, _ => 34 };
        if (size is 4 or 7 or 8 || !isRead)
            Bytes(address, length).CopyTo(data, 0);
        if (size is 5 or 8 && data[0] is 0 or > 32)
            return Invalid;
        var result = Transact(_slave, isRead, head[1], size, data);
        if (result == 0 && (size is 4 or 7 || isRead))
            Marshal.Copy(data, 0, address, length);
        return result;
    }
}
