using System;
using System.Linq;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Compatible;

public class GetOptTests
{
    private static readonly OptionDefinition Flat = new("flat", 'f');
    private static readonly OptionDefinition Raw = new("raw", 'R');
    private static readonly OptionDefinition Recurse = new("recurse", 'r');
    private static readonly OptionDefinition Number = new("number", 'n', TakesValue: true);
    // As an option of this tool, it is found where Xen has none that begins so.
    private static readonly OptionDefinition NoValues = new("no-values", '\0');
    private static readonly OptionDefinition Timeout = new("timeout", '\0', TakesValue: true);
    private static readonly OptionSet Known = new([Flat, Raw, Recurse, Number], [NoValues, Timeout]);

    [Theory]
    [InlineData("-f /a", "flat", "/a", "")]
    [InlineData("/a -fR /b", "flat raw", "/a /b", "")]
    [InlineData("-fn5 /a", "flat number=5", "/a", "")]
    [InlineData("-n -f /a", "number=-f", "/a", "")]
    [InlineData("-n", "", "", "-n wants a value")]
    [InlineData("-xf", "flat", "", "no option -x")]
    [InlineData("-f -- -R --", "flat", "-R --", "")]
    [InlineData("- -f", "flat", "-", "")]
    [InlineData("--fl --number=7 --num 8", "flat number=7 number=8", "", "")]
    [InlineData("--number= /a", "number=", "/a", "")]
    [InlineData("--n 3", "number=3", "", "")]
    [InlineData("--no --time=1", "no-values timeout=1", "", "")]
    [InlineData("--r", "", "", "may mean several")]
    [InlineData("--raw=1", "", "", "takes no value")]
    [InlineData("--nonsense=1 /a", "", "/a", "no option --nonsense")]
    [InlineData("-f- /a", "flat", "/a", "no option --")]
    public void Takes_a_line_apart_as_the_C_library_does(string words, string options, string operands, string complaint)
    {
        var line = GetOpt.Parse([.. words.Split(' ').Select(Word.Of)], Known);
        Assert.Equal(options, string.Join(' ', line.Options.Select(static option =>
            option.Value is { } value ? $"{option.Definition.Name}={value}" : option.Definition.Name)));
        Assert.Equal(operands, string.Join(' ', line.Operands));
        Assert.Contains(complaint, string.Join(' ', line.Complaints), StringComparison.Ordinal);
        Assert.Equal(complaint.Length > 0, line.Complaints.Count > 0);
    }

    [Fact]
    public void First_operand_ends_the_options_if_POSIX_is_wanted()
    {
        var line = GetOpt.Parse([Word.Of("-f"), Word.Of("/a"), Word.Of("-R")], Known, stopsAtOperand: true);
        Assert.Equal([Flat], line.Options.Select(static option => option.Definition));
        Assert.Equal(["/a", "-R"], line.Operands.Select(static word => word.Text));
    }

    [Fact]
    public void Value_that_is_no_text_keeps_its_bytes()
    {
        byte[] bytes = [(byte)'-', (byte)'n', 0xFF, 0xFE];
        Assert.Equal(4, GetOpt.Parse([new Word(bytes)], Known).Options[0].Value!.Value.Bytes.Length + 2);
    }
}
