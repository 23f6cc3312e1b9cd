using System;
using System.IO;
using System.Linq;
using Xen.Abi.Model;

namespace Xen.Headers.Tests;

public class MetadataFormatTests
{
    private const string Start = "abi 2\nsource test 1\ntargets x86_64 aarch64\nheader a.h\n";

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
    [InlineData("abi 1", 1, "version")]
    [InlineData("abi 2\nsource x 1\ntargets", 3, "targets")]
    [InlineData("abi 2\nsource x 1\ntargets a a", 3, "targets")]
    [InlineData(Start + "1 struct s size 4 align 3", 5, "power of two")]
    [InlineData(Start + "1 struct s size 4 align 4\n  @0.8:1 a u8", 6, "bit-field")]
    [InlineData(Start + "1 struct s size 4 align 4\n  @0 a [x] char", 6, "elements")]
    [InlineData(Start + "1 struct s size 4 align 4\n1 union s size 4 align 4", 6, "twice")]
    [InlineData(Start + "1 A on riscv = 1", 5, "riscv")]
    [InlineData(Start + "1 A = u8 256", 5, "256")]
    [InlineData(Start + "1 A = i8 -129", 5, "-129")]
    [InlineData(Start + "1 A = char 1", 5, "integer")]
    [InlineData(Start + "1 A = \"a\" b", 5, "quoted")]
    [InlineData(Start + "1 A = \"\\u12\"", 5, "quoted")]
    [InlineData(Start + "1 class A", 5, "'='")]
    [InlineData(Start + "class A", 5, "line number")]
    [InlineData(Start + "1 A = 1 | i386 2", 5, "i386")]
    [InlineData(Start + "1 A = 1 | aarch64 2 | x86_64 3", 5, "no target is left")]
    [InlineData(Start + "1 struct s size 4 align 4 | aarch64 size 2 align 2\n  @0 a u8 | x86_64 @1", 6, "variant")]
    [InlineData("abi 2\nsource x 1\ntargets a\n1 A = i8 1", 4, "header")]
    public void Malformed_metadata_is_refused_with_line_and_reason(string text, int line, string reason)
    {
        var error = Assert.Throws<AbiFormatException>(() => AbiTextReader.Read(text));
        Assert.Equal(line, error.Line);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 struct s size 4 align 4\n  @0 x u64\nend 1", 6, "outside its record on x86_64")]
    [InlineData("1 struct s size 4 align 4\n  @1 x u32\nend 1", 6, "outside")]
    [InlineData("1 struct s size 4 align 4\n  @5 a u8\nend 1", 6, "outside")]
    [InlineData("1 struct s size 4 align 4\n  @5 a elsewhere_t\nend 1", 6, "outside")]
    [InlineData("1 struct s size 4 align 4\n  @5 rest [] u8\nend 1", 6, "outside")]
    [InlineData("1 struct s size 4 align 4\n  @3.4:5 a u8\nend 1", 6, "outside")]
    [InlineData("1 struct s size 4 align 4\n  @0.0:9 a u8\nend 1", 6, "wider")]
    [InlineData("1 struct s size 8 align 4\n  @0 a u32\n  @4 b [2147483647] [2147483647] u64\nend 1", 7, "outside")]
    [InlineData("1 struct s size 4 align 4\n  @0 a * void\nend 1", 6, "outside")]
    [InlineData("1 struct s size 4 align 4 | aarch64 size 2 align 2\n  @3 a u8\nend 1", 6, "on aarch64")]
    [InlineData("1 struct s size 8 align 8\n  @0 a t\n2 typedef t = u64 | aarch64 [3] u32\nend 2", 6, "on aarch64")]
    [InlineData("1 struct s size 8 align 8\n  @1 - union s.@0\n2 union s.@0 size 8 align 8\nend 2", 6, "outside")]
    [InlineData("1 struct s size 2 align 2\n  @0 a enum e\n2 enum e = u32\nend 2", 6, "outside")]
    public void A_member_that_runs_past_its_record_is_refused(string declarations, int line, string reason) =>
        Malformed_metadata_is_refused_with_line_and_reason(Start + declarations, line, reason);

    [Theory]
    [InlineData("1 struct s size 4 align 4\n  @4 rest [] u64\nend 1")]
    [InlineData("1 struct s size 4 align 4\n  @0 a elsewhere_t\nend 1")]
    [InlineData("1 struct s size 3 align 1\n  @0.0:20 a u32\nend 1")]
    [InlineData("1 struct s size 4 align 4\n  @0 a t\n2 typedef t = [2] t\nend 2")]
    public void What_fits_or_cannot_be_measured_is_accepted(string declarations) => Assert.NotEmpty(AbiTextReader.Read(Start + declarations).Items);

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        string whole = AbiTextWriter.Write(AbiTextReader.Read(
            Start + "1 struct s size 8 align 8\n  @0 a u32\n  @4 b u32\n2 enum e = u32\n  0 E\n"
            + string.Concat(Enumerable.Range(3, 9).Select(line => $"{line} N{line} = 1\n")) + "12 typedef t = u8\nend 12\n")).TrimEnd('\n');
        for (int length = 0; length < whole.Length; length++)
        {
            var error = Assert.Throws<AbiFormatException>(() => AbiTextReader.Read(whole[..length]));
            if (whole[length] == '\n' && whole.IndexOf('\n', whole.IndexOf("targets", StringComparison.Ordinal)) <= length)
                Assert.Contains("the file is cut off; restore it, or run headers/refresh", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1 A = 1\nend 0\n", 6, "'end 0' stands behind 1 declarations")]
    [InlineData("1 A = 1\nend 12\n", 6, "'end 12' stands behind 1 declarations")]
    [InlineData("1 A = 1\nend\n", 6, "expected number of declarations")]
    [InlineData("1 A = 1\nend 1 1\n", 6, "unexpected '1'")]
    [InlineData("1 A = 1\nend 1\n\n2 B = 1\nend 2\n", 8, "'end' is not the last line")]
    [InlineData("1 A = 1\nend 1\nheader b.h\n", 7, "'end' is not the last line")]
    public void The_last_line_counts_the_declarations(string declarations, int line, string reason) =>
        Malformed_metadata_is_refused_with_line_and_reason(Start + declarations, line, reason);

    [Fact]
    public void Variants_share_names_and_types_and_differ_in_numbers()
    {
        const string Text = Start + "3 struct s size 8 align 8 | aarch64 size 12 align 4\n  @0 a u32\n  @4 b u32 | aarch64 @8\n\nend 1\n";
        AbiRecord[] records = [.. AbiTextReader.Read(Text).Items.Cast<AbiRecord>()];
        Assert.Equal(["x86_64 8/8 0 4", "aarch64 12/4 0 8"], records.Select(record =>
            $"{string.Join(',', record.Targets)} {record.Size}/{record.Align} {string.Join(' ', record.Fields.Select(field => field.ByteOffset))}"));
        Assert.Equal(Text.Replace("header", "\nheader", StringComparison.Ordinal), AbiTextWriter.Write(AbiTextReader.Read(Text)));
    }

    [Fact]
    public void A_typedef_that_is_called_like_a_scalar_stays_a_typedef()
    {
        const string Text = Start + "1 typedef u64 = [3] char\n2 struct s size 3 align 1\n  @0 a typedef u64\n\nend 2\n";
        AbiModel model = AbiTextReader.Read(Text);
        Assert.Equal(AbiTypeKind.Typedef, Assert.Single(model.Items.OfType<AbiRecord>()).Fields[0].Type.Kind);
        Assert.Equal(Text.Replace("header", "\nheader", StringComparison.Ordinal), AbiTextWriter.Write(model));
    }

    [Fact]
    public void A_type_nested_without_end_is_refused() => Assert.Throws<AbiFormatException>(() => AbiTextReader.Read(
        Start + "1 typedef t = " + string.Concat(System.Linq.Enumerable.Repeat("* ", 100_000)) + "char"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_metadata_is_read_the_same_twice_or_refused(int seed)
    {
        var random = new Random(seed);
        string whole = File.ReadAllText(Path.Combine(HeaderCache.Headers, "abi", "linux-6.12.abi"));
        int refused = 0;
        for (int round = 0; round < 500; round++)
        {
            string mutant = TextMutation.Mutate(whole, random);
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
}
