using System;
using System.Buffers;
using System.Text;
using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Tests.Text;

public class ValueTextTests
{
    [Theory]
    [InlineData("plain \"text\" ~", "plain \"text\" ~")]
    [InlineData("\t\n\r\\", @"\t\n\r\\")]
    [InlineData("\0\a", @"\000\007")]
    [InlineData("\b\u001f\u007f", @"\x08\x1f\x7f")]
    [InlineData("é", @"\xc3\xa9")]
    public void Escapes_as_Xens_programs_do(string value, string text) =>
        Assert.Equal((text, text.Length), Escape(Encoding.UTF8.GetBytes(value)));

    [Theory]
    [InlineData(@"a\tb\nc\rd\\e", "610962" + "0a630d645c65")]
    [InlineData(@"\q\8\""", "713822")]
    [InlineData(@"a\", "6100")]
    [InlineData(@"\101\08\7777\400", "410038ff3700")]
    [InlineData(@"\x41\x4\x\xg", "41047878" + "67")]
    [InlineData(@"\x  41", "41")]
    [InlineData(@"\x+41\x-41\x-", "0431fc31782d")]
    [InlineData(@"\x0x41\x0g", "0034310067")]
    [InlineData("", "")]
    public void Unescapes_as_Xens_programs_do(string text, string hexadecimal) =>
        Assert.Equal(hexadecimal, Convert.ToHexStringLower(ValueText.Unescape(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void What_is_escaped_is_the_same_when_it_is_unescaped()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var value = new byte[random.Next(40)];
            random.NextBytes(value);
            Assert.Equal(value, ValueText.Unescape(Encoding.ASCII.GetBytes(Escape(value).Text)));
        }
    }

    private static (string Text, int Length) Escape(byte[] value)
    {
        var text = new ArrayBufferWriter<byte>();
        var length = ValueText.Escape(value, text);
        return (Encoding.ASCII.GetString(text.WrittenSpan), length);
    }
}
