using System;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;

namespace Xen.Domain.Tests;

/// <summary>Numbers are read as they are written, and nothing else is.</summary>
public sealed class NumberTextTests
{
    private const string Characters = "0123456789012345678901234567890..- +eE\0x";

    [Fact]
    public void Random_texts_are_read_as_arbitrary_precision_reads_them()
    {
        var random = new Random(20_261_127);
        var (numbers, times) = (0, 0);
        for (var i = 0; i < 300_000; i++)
        {
            var length = random.Next(random.Next(2) == 0 ? 6 : 26);
            var text = new string([.. Enumerable.Range(0, length).Select(_ => Characters[random.Next(Characters.Length)])]);
            var bytes = Encoding.ASCII.GetBytes(text);

            var expected = ParseDigits(text);
            var isNumber = NumberText.TryParse(bytes, out var value);
            Assert.Equal(expected is { } number && number <= ulong.MaxValue, isNumber);
            Assert.Equal(isNumber ? expected!.Value : 0, value);
            numbers += isNumber ? 1 : 0;

            var expectedTime = ParseSeconds(text);
            var isTime = NumberText.TryParseSeconds(bytes, out var nanoseconds);
            Assert.Equal(expectedTime is { } time && time <= ulong.MaxValue, isTime);
            if (isTime)
                Assert.Equal(expectedTime!.Value, nanoseconds);
            times += isTime ? 1 : 0;
        }

        Assert.True(numbers > 1000 && times > numbers);
    }

    [Theory]
    [InlineData("18446744073709551615", true)]
    [InlineData("18446744073709551616", false)]
    [InlineData("", false)]
    public void Number_ends_where_64_bits_do(string text, bool isNumber) =>
        Assert.Equal(isNumber, NumberText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("0.5", 500_000_000)]
    [InlineData("2", 2_000_000_000)]
    [InlineData("1.0000000019", 1_000_000_001)]
    [InlineData("18446744073.709551615", ulong.MaxValue)]
    public void Seconds_have_a_fraction(string text, ulong nanoseconds)
    {
        Assert.True(NumberText.TryParseSeconds(Encoding.ASCII.GetBytes(text), out var read));
        Assert.Equal(nanoseconds, read);
    }

    private static BigInteger? ParseDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit)
        ? BigInteger.Parse(text, CultureInfo.InvariantCulture)
        : null;

    private static BigInteger? ParseSeconds(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = ParseDigits(point < 0 ? text : text[..point]);
        var fraction = point < 0 ? 0 : ParseDigits(text[(point + 1)..]) is null
            ? null
            : ParseDigits(text[(point + 1)..].PadRight(9, '0')[..9]);
        return (whole * 1_000_000_000) + fraction;
    }
}
