using System.Collections.Generic;
using System.Linq;
using VirtioRng;

namespace VirtioDevices.Tests;

/// <summary>Keys rate and burst.</summary>
public sealed class RngLimitTests
{
    [Theory]
    [InlineData(null, null, "")]
    [InlineData("0", null, "no limit")]
    [InlineData("4096", null, "4096 bytes a second, 4096 at once")]
    [InlineData("4096", "65536", "4096 bytes a second, 65536 at once")]
    [InlineData("2147483647", "1", "2147483647 bytes a second, 1 at once")]
    public void Keys_are_read_and_written(string? rate, string? burst, string text)
    {
        var keys = Keys(rate, burst);
        Assert.True(RngLimit.TryRead(name => keys.GetValueOrDefault(name), out var limit, out var complaint), complaint);
        Assert.Equal(text, $"{limit}");
        Assert.Equal(keys, (limit?.ToKeys() ?? []).ToDictionary());
    }

    [Theory]
    [InlineData("", null, "key 'rate': '': expected a number from 0 to 2147483647, of bytes a second, 0 for no limit; example: 4096")]
    [InlineData("-1", null, "key 'rate': '-1': expected a number from 0 to 2147483647, of bytes a second, 0 for no limit; example: 4096")]
    [InlineData("2147483648", null, "key 'rate': '2147483648': expected a number from 0 to 2147483647, of bytes a second, 0 for no limit; example: 4096")]
    [InlineData("1k", null, "key 'rate': '1k': expected a number from 0 to 2147483647, of bytes a second, 0 for no limit; example: 4096")]
    [InlineData("1", "0", "key 'burst': '0': expected a number from 1 to 2147483647, of bytes; example: 65536")]
    [InlineData("1", "x", "key 'burst': 'x': expected a number from 1 to 2147483647, of bytes; example: 65536")]
    [InlineData(null, "1", "key 'burst' without key 'rate': a burst is of a limit")]
    public void What_is_wrong_is_said(string? rate, string? burst, string complaint)
    {
        var keys = Keys(rate, burst);
        Assert.False(RngLimit.TryRead(name => keys.GetValueOrDefault(name), out _, out var said));
        Assert.Equal(complaint, said);
    }

    private static Dictionary<string, string> Keys(string? rate, string? burst)
    {
        var keys = new Dictionary<string, string>();
        if (rate is not null)
            keys["rate"] = rate;
        if (burst is not null)
            keys["burst"] = burst;
        return keys;
    }
}
