using System;
using Xen.Virtio.Spec.Console;

namespace Xen.Virtio.Tests.Spec;

/// <summary>Bytes as virtio 1.3 §5.3 lays them out, written down by hand.</summary>
public sealed class ConsoleLayoutTests
{
    // id, event, value.
    [Theory]
    [InlineData(0u, ConsoleEvent.DeviceReady, 1, "00000000 0000 0100")]
    [InlineData(1u, ConsoleEvent.PortAdd, 0, "01000000 0100 0000")]
    [InlineData(0x12345678u, ConsoleEvent.PortRemove, 0, "78563412 0200 0000")]
    [InlineData(1u, ConsoleEvent.PortReady, 1, "01000000 0300 0100")]
    [InlineData(1u, ConsoleEvent.ConsolePort, 1, "01000000 0400 0100")]
    [InlineData(1u, ConsoleEvent.Resize, 0, "01000000 0500 0000")]
    [InlineData(1u, ConsoleEvent.PortOpen, 1, "01000000 0600 0100")]
    [InlineData(1u, ConsoleEvent.PortName, 0xfedc, "01000000 0700 dcfe")]
    public void Control_message(uint port, ConsoleEvent what, int value, string hex)
    {
        var message = new ConsoleControl(port, what, (ushort)value);
        var bytes = new byte[8];
        message.Format(bytes);
        var expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected, bytes);
        Assert.Equal(message, ConsoleControl.Parse(expected));
    }

    [Fact]
    public void Queues_and_numbers_are_those_of_the_standard()
    {
        Assert.Equal([0, 4, 6, 8], [
            ConsoleLayout.ReceiveQueue(0), ConsoleLayout.ReceiveQueue(1), ConsoleLayout.ReceiveQueue(2),
            ConsoleLayout.ReceiveQueue(3),
        ]);
        Assert.Equal([1u, 2u, 4u],
            [ConsoleFeatures.Size, ConsoleFeatures.Multiport, ConsoleFeatures.EmergencyWrite]);
    }
}
