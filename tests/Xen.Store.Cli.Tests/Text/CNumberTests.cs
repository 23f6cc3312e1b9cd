using Xen.Store.Cli.Text;

namespace Xen.Store.Cli.Tests.Text;

public class CNumberTests
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData(" \t+5x", 5)]
    [InlineData("-1", -1)]
    [InlineData("", 0)]
    [InlineData("x", 0)]
    [InlineData("010", 10)]
    [InlineData("0x10", 0)]
    [InlineData("4294967297", 1)]
    [InlineData("2147483649", int.MinValue + 1)]
    [InlineData("99999999999999999999", -1)]
    [InlineData("-99999999999999999999", 0)]
    [InlineData("18446744069414584320", -1)]
    public void Reads_as_C_does(string text, int number) => Assert.Equal(number, CNumber.Read(text));
}
