using System;
using System.Globalization;
using System.Text;

namespace Xen.Domain.Tests;

/// <summary>Text that is put together without a runtime is what the runtime would make of it, and is cut where it must be.</summary>
public sealed class TextBufferTests
{
    [Fact]
    public void Numbers_are_those_of_the_runtime()
    {
        var random = new Random(20_261_126);
        Span<byte> memory = stackalloc byte[64];
        for (var i = 0; i < 100_000; i++)
        {
            var value = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            var width = random.Next(30);
            var text = new TextBuffer(memory);
            text.AddDecimal(value, width);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture).PadLeft(width), Read(text));

            text.Clear();
            var digits = random.Next(17);
            text.AddHexadecimal(value, digits);
            Assert.Equal(
                value.ToString("x", CultureInfo.InvariantCulture).PadLeft(digits, '0'), Read(text));

            text.Clear();
            text.AddTenths(value, width);
            var tenths = (value / 10).ToString(CultureInfo.InvariantCulture) + "." + (char)('0' + (value % 10));
            Assert.Equal(tenths.PadLeft(width), Read(text));
        }
    }

    [Theory]
    [InlineData(0, 2, 0, "0.00")]
    [InlineData(1_999_999_999, 2, 0, "1.99")]
    [InlineData(1_000_000_001, 9, 0, "1.000000001")]
    [InlineData(12_345_678_901, 3, 10, "    12.345")]
    [InlineData(ulong.MaxValue, 1, 0, "18446744073.7")]
    public void Seconds_are_cut_off_and_not_rounded(ulong nanoseconds, int decimals, int width, string expected)
    {
        var text = new TextBuffer(stackalloc byte[64]);
        text.AddSeconds(nanoseconds, decimals, width);
        Assert.Equal(expected, Read(text));
    }

    [Fact]
    public void Whatever_the_room_the_text_is_the_beginning_of_the_whole()
    {
        Span<byte> memory = stackalloc byte[128];
        var whole = Compose(memory, out var isCut);
        Assert.False(isCut);
        for (var room = 0; room <= whole.Length; room++)
        {
            memory.Fill(0xaa);
            Assert.Equal(whole[..room], Compose(memory[..room], out isCut));
            Assert.Equal(room < whole.Length, isCut);
            Assert.Equal(0xaa, memory[room]);
        }
    }

    [Fact]
    public void Bytes_of_others_cannot_reach_the_terminal()
    {
        var all = new byte[256];
        for (var i = 0; i < all.Length; i++)
            all[i] = (byte)i;
        var text = new TextBuffer(stackalloc byte[300]);
        text.AddPrintable(all);
        Assert.Equal(all.Length, text.Length);
        for (var i = 0; i < all.Length; i++)
            Assert.Equal(i is >= 32 and <= 126 ? (byte)i : (byte)'?', text.Written[i]);

        text.Clear();
        text.AddPrintable("abcdef"u8, 3);
        text.AddPrintable("x"u8, -1);
        Assert.Equal("abc", Read(text));
    }

    [Fact]
    public void Errors_have_their_names()
    {
        var text = new TextBuffer(stackalloc byte[64]);
        text.AddErrno(1);
        text.Add((byte)' ');
        text.AddErrno(203);
        Assert.Equal("EPERM errno 203", Read(text));
    }

    private static string Compose(Span<byte> memory, out bool isCut)
    {
        var text = new TextBuffer(memory);
        text.Add("name "u8);
        text.AddDecimal(1234567, 9);
        text.Add((byte)' ');
        text.AddHexadecimal(0xdead, 8);
        text.PadTo(40);
        text.AddSeconds(123_456_789_012, 3, 12);
        text.AddPrintable("\u00e9!"u8);
        text.AddErrno(13);
        isCut = text.IsCut;
        return Read(text);
    }

    private static string Read(TextBuffer text) => Encoding.UTF8.GetString(text.Written);
}
