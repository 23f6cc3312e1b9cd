using System;
using System.Linq;
using VirtioGpio;

namespace VirtioDevices.Tests;

/// <summary>CHIP[:LINE]...</summary>
public sealed class GpioLineListTests
{
    [Theory]
    [InlineData("0", "0", "")]
    [InlineData("gpiochip1:4:17", "gpiochip1:4:17", "4 17")]
    [InlineData("/dev/gpiochip0:0x10:0", "/dev/gpiochip0:16:0", "16 0")]
    [InlineData("pinctrl-bcm2711:65535", "pinctrl-bcm2711:65535", "65535")]
    [InlineData("my chip:3", "my chip:3", "3")]
    public void List_is_read_and_written(string text, string canonical, string lines)
    {
        Assert.True(GpioLineList.TryParse(text, out var list, out var complaint), complaint);
        Assert.Equal((canonical, lines), (list.ToString(), string.Join(' ', list.Lines)));
        Assert.True(GpioLineList.TryParse(list.ToString(), out var again, out _));
        Assert.Equal((list.Chip, canonical), (again.Chip, again.ToString()));
        Assert.Equal(list.Lines, again.Lines);
    }

    [Theory]
    [InlineData("", "'' at character 1: expected the host's GPIO chip: a number, gpiochipN, /dev/gpiochipN or its label")]
    [InlineData(":4", "'' at character 1: expected the host's GPIO chip: a number, gpiochipN, /dev/gpiochipN or its label")]
    [InlineData("0,1", "'0,1' at character 1: expected the host's GPIO chip: a number, gpiochipN, /dev/gpiochipN or its label")]
    [InlineData("0:", "'' at character 3: expected the number of a line of the chip, 0 to 65535, as gpioinfo shows it")]
    [InlineData("0:4:led", "'led' at character 5: expected the number of a line of the chip, 0 to 65535, as gpioinfo shows it")]
    [InlineData("0:4:65536", "'65536' at character 5: expected the number of a line of the chip, 0 to 65535, as gpioinfo shows it")]
    [InlineData("0:04", "'04' at character 3: expected the number of a line of the chip, 0 to 65535, as gpioinfo shows it")]
    [InlineData("0:4:5:0x4", "'0x4' at character 7: the line is in the list already")]
    public void What_is_wrong_is_said_with_its_place(string text, string complaint)
    {
        Assert.False(GpioLineList.TryParse(text, out _, out var said));
        Assert.Equal($"{complaint}; example: 0:4:17:27, or gpiochip1 for all of its lines", said);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            var lines = Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(65536)).Distinct().ToArray();
            var text = string.Join(':', lines.Select(line => random.Next(2) == 0 ? $"{line}" : $"0x{line:x}").Prepend("gpiochip3"));
            Assert.True(GpioLineList.TryParse(text, out var list, out var complaint), complaint);
            Assert.True(GpioLineList.TryParse(list.ToString(), out var again, out complaint), complaint);
            Assert.Equal(lines, again.Lines);
        }
    }
}
