using System;
using Xen.Testing.I2c;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>The chips of <c>Xen.Testing</c> behave as their data sheets say where drivers rely on it.</summary>
public sealed class SimulatedChipTests
{
    private static readonly I2cAddress s_address = new(0x50);

    private readonly SimulatedI2cBus _bus = new();

    [Fact]
    public void Eeprom_wraps_within_a_page_when_written_and_over_all_when_read()
    {
        var eeprom = new SimulatedEeprom();
        _bus.Plug(s_address, eeprom);
        Assert.Equal(1, Write(0x0e, 1, 2, 3, 4));
        Assert.Equal([3, 4, 0xff], eeprom.Content.Slice(8, 3).ToArray());
        Assert.Equal([1, 2], eeprom.Content.Slice(14, 2).ToArray());
        eeprom.Content[255] = 7;
        eeprom.Content[0] = 8;
        Assert.Equal([7, 8], Read(0xff, 2));
        eeprom.IsWriteProtected = true;
        Assert.Equal(1, Write(0, 9));
        Assert.Equal(8, eeprom.Content[0]);
        _bus.Plug(s_address, null);
        Assert.Equal(0, Write());
    }

    [Fact]
    public void Clock_counts_over_the_leap_day_and_is_set_by_a_driver()
    {
        var time = new ManualTime();
        _bus.Plug(s_address, new SimulatedRtc(time));
        Assert.Equal([0x58, 0x59, 0x23, 4, 0x28, 0x02, 0x24], Read(0, 7));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([0x00, 0x00, 0x00, 5, 0x29, 0x02, 0x24], Read(0, 7));

        Assert.Equal(1, Write(0, 0x30, 0x45, 0x12, 1, 0x31, 0x12, 0x99));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal([0x01, 0x46, 0x12, 5, 0x31, 0x12, 0x99], Read(0, 7));

        // 12 hours, and a clock that is stopped; RAM keeps what it was given.
        Assert.Equal(1, Write(2, 0x40 | 0x20 | 0x11));
        Assert.Equal([0x71], Read(2, 1));
        Assert.Equal(1, Write(0, 0x80));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([0x80, 0x46, 0x71], Read(0, 3));
        Assert.Equal(1, Write(0x3f, 0xab));
        Assert.Equal([0xab], Read(0x3f, 1));
    }

    [Theory]
    [InlineData(21.5, 0x15, 0x80)]
    [InlineData(125, 0x7d, 0x00)]
    [InlineData(-0.5, 0xff, 0x80)]
    [InlineData(-55, 0xc9, 0x00)]
    public void Thermometer_shows_half_degrees(double celsius, int high, int low)
    {
        var thermometer = new SimulatedThermometer { Celsius = celsius };
        _bus.Plug(s_address, thermometer);
        Assert.Equal([(byte)high, (byte)low], Read(0, 2));
        Assert.Equal([80, 0], Read(3, 2));
        Assert.Equal(1, Write(3, 0x1e, 0x80));
        Assert.Equal(30.5, thermometer.Limit);
    }

    private int Write(params byte[] data) => _bus.Transfer([new I2cMessage(s_address, IsRead: false, data)]);

    private byte[] Read(byte register, int count)
    {
        var data = new byte[count];
        Assert.Equal(2, _bus.Transfer(
            [new I2cMessage(s_address, IsRead: false, new[] { register }), new I2cMessage(s_address, IsRead: true, data)]));
        return data;
    }
}
