using System;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>Short words for messages.</summary>
internal static class I2cMessages
{
    public static I2cMessage Write(int address, params byte[] data) => new(new I2cAddress(address), false, data);

    public static I2cMessage Read(int address, byte[] data) => new(new I2cAddress(address), true, data);

    public static I2cMessage Read(int address, int length) => Read(address, new byte[length]);

    public static I2cMessage WriteTen(int address, params byte[] data) =>
        new(new I2cAddress(address, isTenBit: true), false, data);

    /// <summary>A message as text: "w2" is a write of two bytes, "r0" a read of none; "w2:00.." is one of those bytes.</summary>
    public static I2cMessage Parse(string text)
    {
        var address = text[0] is 'W' or 'R' ? 0x51 : 0x50;
        var isRead = text[0] is 'r' or 'R';
        var parts = text[1..].Split(':');
        var data = new byte[int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)];
        if (parts.Length > 1)
            Convert.FromHexString(parts[1]).CopyTo(data, 0);
        return new I2cMessage(new I2cAddress(address), isRead, data);
    }
}
