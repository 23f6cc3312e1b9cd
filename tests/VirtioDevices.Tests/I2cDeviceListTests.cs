using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using VirtioI2c;
using Xen.Virtio.Spec.I2c;

namespace VirtioDevices.Tests;

/// <summary>BUS:ADDR[:ADDR]...[,BUS:ADDR...].</summary>
public sealed class I2cDeviceListTests
{
    [Theory]
    [InlineData("1:80", "1:0x50")]
    [InlineData("1:0x50", "1:0x50")]
    [InlineData("1:0X68:0x5", "1:0x68:0x05")]
    [InlineData("i2c-2:0x20,/dev/i2c-1:32/10", "i2c-2:0x20,/dev/i2c-1:0x20/10")]
    [InlineData("6:0x3ff/10:1:119", "6:0x3ff/10:0x01:0x77")]
    [InlineData("SMBus adapter at 0400:0x50", "SMBus adapter at 0400:0x50")]
    [InlineData("1:0x50,1:0x51", "1:0x50:0x51")]
    [InlineData("1:0x50,2:0x51,1:0x52", "1:0x50,2:0x51,1:0x52")]
    public void List_is_read_and_written(string text, string canonical)
    {
        Assert.True(I2cDeviceList.TryParse(text, out var list, out var complaint), complaint);
        Assert.Equal((canonical, ""), (list.ToString(), complaint));
    }

    [Theory]
    [InlineData("", "'' at character 1: expected the host's I2C adapter: a number, i2c-N, /dev/i2c-N or its name")]
    [InlineData("1:0x50,", "'' at character 8: expected the host's I2C adapter: a number, i2c-N, /dev/i2c-N or its name")]
    [InlineData("1\n:0x50", "'1\n' at character 1: expected the host's I2C adapter: a number, i2c-N, /dev/i2c-N or its name")]
    [InlineData("1:0x50,22", "'22' at character 8: expected addresses of chips after the adapter, as in BUS:ADDR:ADDR")]
    [InlineData("1:", "'' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:0x50:x", "'x' at character 8: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:050", "'050' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1: 80", "' 80' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:-1", "'-1' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:0x", "'0x' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:/10", "'/10' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:0x100000000", "'0x100000000' at character 3: expected an address, decimal (80) or hexadecimal (0x50), with /10 after it if it has 10 bits")]
    [InlineData("1:0x80", "'0x80' at character 3: an address of 7 bits is at most 0x77; if it has 10 bits, write 0x80/10")]
    [InlineData("1:0x400/10", "'0x400/10' at character 3: an address of 10 bits is at most 0x3ff")]
    [InlineData("1:0x50:0", "'0' at character 8: no chip has this address, which means something else on a bus; expected 0x01 to 0x77")]
    [InlineData("1:0x78", "'0x78' at character 3: no chip has this address, which means something else on a bus; expected 0x01 to 0x77")]
    [InlineData("1:0x50,2:80", "'80' at character 10: the address is in the list already, and the guest sees one bus")]
    public void What_is_wrong_is_said_with_its_place(string text, string complaint)
    {
        Assert.False(I2cDeviceList.TryParse(text, out _, out var said));
        Assert.Equal($"{complaint}; example: 1:0x50:0x68,i2c-2:0x20", said);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            var text = RandomList(random);
            Assert.True(I2cDeviceList.TryParse(text, out var list, out var complaint), $"{text}: {complaint}");
            Assert.True(I2cDeviceList.TryParse(list.ToString(), out var again, out complaint), $"{list}: {complaint}");
            Assert.Equal(list.Chips, again.Chips);
            Assert.Equal(list.ToString(), again.ToString());
        }
    }

    [Fact]
    public void No_text_breaks_the_parser()
    {
        const string Letters = "0123456789abcdefx:,/ -i2cdev\0\n";
        var random = new Random(9);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(16)).Select(_ => Letters[random.Next(Letters.Length)])]);
            if (!I2cDeviceList.TryParse(text, out var list, out var complaint))
                Assert.NotEqual("", complaint);
            else
                Assert.NotEmpty(list.Chips);
        }
    }

    private static string RandomList(Random random)
    {
        string[] buses = ["0", "1", "i2c-7", "/dev/i2c-3", "my bus"];
        var left = new Queue<string>(Enumerable.Range(0, I2cAddress.MaxTenBit + 1)
            .SelectMany(static value => value is > 0 and <= 0x77 ? [(value, false), (value, true)] : new[] { (value, true) })
            .OrderBy(_ => random.Next())
            .Take(40)
            .Select(address => Text(random, address.value, address.Item2)));
        return string.Join(',', Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            $"{buses[random.Next(buses.Length)]}:{string.Join(':', Enumerable.Range(0, random.Next(1, 8)).Select(_ => left.Dequeue()))}"));
    }

    private static string Text(Random random, int value, bool isTenBit) =>
        (random.Next(2) == 0
            ? value.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"0x{value:x}")) + (isTenBit ? "/10" : "");
}
