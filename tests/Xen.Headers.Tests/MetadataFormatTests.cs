using System;
using System.IO;
using System.Text;
using Xen.Abi.Model;

namespace Xen.Headers.Tests;

public class MetadataFormatTests
{
    private const string Start = "abi 1\nsource test 1\ntargets x86_64 aarch64\nheader a.h\n";

    public static TheoryData<string> MetadataFiles =>
        [.. Directory.GetFiles(Path.Combine(HeaderCache.Headers, "abi"), "*.abi")];

    [Theory]
    [MemberData(nameof(MetadataFiles))]
    public void Checked_in_metadata_survives_reading_and_writing(string path)
    {
        string text = File.ReadAllText(path);
        AbiModel model = AbiTextReader.Read(text);
        Assert.Equal(text, AbiTextWriter.Write(model));
        Assert.Equal(model, AbiTextReader.Read(text));
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("abi 2", 1, "version")]
    [InlineData("abi 1\nsource x 1\ntargets", 3, "targets")]
    [InlineData("abi 1\nsource x 1\ntargets a a", 3, "targets")]
    [InlineData(Start + "struct s line 1 size 4 align 3", 5, "power of two")]
    [InlineData(Start + "struct s line 1 size 4 align 4\n  @5 a uint:8", 6, "outside")]
    [InlineData(Start + "struct s line 1 size 4 align 4\n  @3.4:5 a uint:8", 6, "outside")]
    [InlineData(Start + "struct s line 1 size 4 align 4\n  @0.8:1 a uint:8", 6, "bit-field")]
    [InlineData(Start + "struct s line 1 size 4 align 4\n  @0 a uint:7", 6, "7 bits")]
    [InlineData(Start + "struct s line 1 size 4 align 4\n  @0 a [x] char", 6, "elements")]
    [InlineData(Start + "struct s line 1 size 4 align 4\nunion s line 1 size 4 align 4", 6, "twice")]
    [InlineData(Start + "const A line 1 on riscv = int:32 1", 5, "riscv")]
    [InlineData(Start + "const A line 1 = uint:8 256", 5, "256")]
    [InlineData(Start + "const A line 1 = int:8 -129", 5, "-129")]
    [InlineData(Start + "const A line 1 = char 1", 5, "integer")]
    [InlineData(Start + "string A line 1 = \"a\" b", 5, "quoted")]
    [InlineData(Start + "string A line 1 = \"\\u12\"", 5, "quoted")]
    [InlineData(Start + "class A line 1", 5, "class")]
    [InlineData("abi 1\nsource x 1\ntargets a\nconst A line 1 = int:8 1", 4, "header")]
    public void Malformed_metadata_is_refused_with_line_and_reason(string text, int line, string reason)
    {
        var error = Assert.Throws<AbiFormatException>(() => AbiTextReader.Read(text));
        Assert.Equal(line, error.Line);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_nested_without_end_is_refused() => Assert.Throws<AbiFormatException>(() => AbiTextReader.Read(
        Start + "typedef t line 1 = " + string.Concat(System.Linq.Enumerable.Repeat("* ", 100_000)) + "char"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_metadata_is_read_the_same_twice_or_refused(int seed)
    {
        var random = new Random(seed);
        string whole = File.ReadAllText(Path.Combine(HeaderCache.Headers, "abi", "linux-6.1.abi"));
        int refused = 0;
        for (int round = 0; round < 500; round++)
        {
            string mutant = Mutate(whole, random);
            try
            {
                string written = AbiTextWriter.Write(AbiTextReader.Read(mutant));
                Assert.Equal(written, AbiTextWriter.Write(AbiTextReader.Read(written)));
            }
            catch (AbiFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 499);
    }

    private static string Mutate(string text, Random random)
    {
        const string Alphabet = " \n@.:[]*&()=-_\"\\#09azAZ\0\u00e9";
        var mutant = new StringBuilder(text);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(mutant.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutant[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    mutant.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    mutant.Remove(at, Math.Min(random.Next(1, 20), mutant.Length - at));
                    break;
                default:
                    mutant.Insert(at, mutant.ToString(random.Next(mutant.Length / 2), random.Next(1, 60)));
                    break;
            }
        }

        return mutant.ToString();
    }
}
