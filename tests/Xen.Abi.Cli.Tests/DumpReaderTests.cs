using System;
using System.IO;
using System.Linq;
using System.Text;
using Xen.Abi.Cli.Decoding;
using Xen.Headers;

namespace Xen.Abi.Cli.Tests;

public class DumpReaderTests
{
    [Theory]
    [InlineData("00000000: 4142 430a 00ff                           ABC...", "4142430a00ff")]
    [InlineData("00000000: 41  A\n00000001: 42  B", "4142")]
    [InlineData("0000010: 3031 3233 3435 3637  01234567\n0000018: 38       8", "303132333435363738")]
    [InlineData("00000000  41 42 43 44 45 46 47 48  49 4a                    |ABCDEFGHIJ|\n0000000a\n", "4142434445464748494a")]
    [InlineData("00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000030  01 |.|\n00000031", "0*48 01")]
    [InlineData("000000 41 42 >AB<\n000002", "4142")]
    [InlineData("41 42 0x43,0x4", "41424304")]
    [InlineData("deadBEEF\n00", "deadbeef00")]
    [InlineData("", "")]
    public void Dumps_are_recognised(string text, string expected)
    {
        byte[] bytes = DumpReader.Read(Stream(text), DumpFormat.Auto, "input");
        Assert.Equal(expected.StartsWith("0*", StringComparison.Ordinal) ? new string('0', 96) + "01" : expected, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData("plain text")]
    [InlineData("\u0001\u0002")]
    [InlineData("00000000: 41\u0000")]
    public void Anything_else_is_raw(string text) =>
        Assert.Equal(Encoding.Latin1.GetBytes(text), DumpReader.Read(Stream(text), DumpFormat.Auto, "input"));

    [Fact]
    public void Hexadecimal_text_can_be_read_as_raw() =>
        Assert.Equal("4142"u8.ToArray(), DumpReader.Read(Stream("4142"), DumpFormat.Raw, "input"));

    [Theory]
    [InlineData("00000000: 41\n00000005: 42", "Auto", 2, "the offset is 0x5, but 0x1 comes next")]
    [InlineData("00000000: 41\nzz", "Auto", 2, "no line of xxd")]
    [InlineData("00000000: 414", "Auto", 1, "'414' is not pairs")]
    [InlineData("0000000 4241 4443", "Auto", 1, "use 'hexdump -C' or 'xxd'")]
    [InlineData("0000000 041101 042103", "Auto", 1, "use 'hexdump -C' or 'xxd'")]
    [InlineData("00000000  41 |A|\n*\nffffffff\n", "Auto", 3, "more than 16 MiB")]
    [InlineData("00000000  41 |A|\n*\nffffffffffffffff\n", "Auto", 3, "no line of hexdump")]
    [InlineData("0x12345678", "Hex", 1, "byte order")]
    [InlineData("0x", "Hex", 1, "not pairs")]
    [InlineData("hello", "Hexdump", 1, "no line of hexdump")]
    public void Broken_dump_is_refused_with_its_line(string text, string format, int line, string reason)
    {
        var error = Assert.Throws<HeaderReadException>(() => DumpReader.Read(Stream(text), Enum.Parse<DumpFormat>(format), "input"));
        HeaderError only = Assert.Single(error.Errors);
        Assert.Equal(("XENABI008", "input", line), (only.Code, only.Path, only.Line));
        Assert.Contains(reason, only.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_without_end_is_refused()
    {
        using var endless = new EndlessStream();
        var error = Assert.Throws<HeaderReadException>(() => DumpReader.Read(endless, DumpFormat.Auto, "input"));
        Assert.Contains("larger than 16 MiB", error.Message, StringComparison.Ordinal);
        Assert.InRange(endless.Total, DumpReader.MaxSize, DumpReader.MaxSize + (1 << 20));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Mutated_dump_is_decoded_or_refused(int seed)
    {
        var random = new Random(seed);
        string[] dumps =
        [
            string.Concat(Enumerable.Range(0, 8).Select(i => $"{i * 16:x8}: 0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  ................\n")),
            string.Concat(Enumerable.Range(0, 8).Select(i => $"{i * 16:x8}  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|\n")) + "*\n00001000\n",
            string.Concat(Enumerable.Repeat("00 11 22 0x33, ", 40)),
        ];
        const string Alphabet = " \n*:|>0x,;9afAF\0\u00ff-";
        int refused = 0;
        for (int round = 0; round < 150; round++)
        {
            var text = new StringBuilder(dumps[round % dumps.Length]);
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int at = random.Next(text.Length);
                if (random.Next(3) == 0)
                    text.Remove(at, Math.Min(random.Next(1, 40), text.Length - at)).Append(' ');
                else
                    text[at] = Alphabet[random.Next(Alphabet.Length)];
            }

            byte[] input = Encoding.Latin1.GetBytes(text.ToString());
            ToolRun run = ToolRun.With(input, "decode", "sample_ring", "--metadata", ToolRun.Sample, "--format", random.Next(2) == 0 ? "auto" : "hexdump");
            Assert.InRange(run.Code, 0, 1);
            refused += run.Error.Contains("XENABI008", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.InRange(refused, 1, 149);
    }

    private static MemoryStream Stream(string text) => new(Encoding.Latin1.GetBytes(text));

    private sealed class EndlessStream : MemoryStream
    {
        public long Total { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill(1);
            Total += buffer.Length;
            return buffer.Length;
        }
    }
}
