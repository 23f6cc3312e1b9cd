using System.Linq;
using Xen.Abi.Model;
using Xen.Headers.Reading;

namespace Xen.Headers.Tests;

public class HeaderReaderTests
{
    public HeaderReaderTests() => HeaderCache.Require();

    [Fact]
    public void Bit_fields_have_exact_places_and_declared_types() => Assert.Equal(
        """
        2 struct s size 8 align 4
          @0 type u8
          @1.0:1 pad u8
          @1.2:2 size u8
          @1.4:20 addr u32
          @4 data u32
        """,
        Describe("struct s { uint8_t type; uint8_t pad:1, :1, size:2; uint32_t addr:20; uint32_t data; };"));

    [Fact]
    public void Anonymous_and_nested_records_are_named_after_their_parent() => Assert.Equal(
        """
        2 struct s size 24 align 8
          @0 - union s.@0
          @8 pair struct s.pair
          @16 tail struct tagged
        2 union s.@0 size 8 align 8
          @0 a u64
          @0 b u32
        2 struct s.pair size 8 align 4
          @0 x i32
          @4 y i32
        2 struct tagged size 1 align 1
          @0 c char
        """,
        Describe("struct s { union { uint64_t a; uint32_t b; }; struct { int x, y; } pair; struct tagged { char c; } tail; };"));

    [Fact]
    public void Arrays_keep_their_dimensions_and_flexible_ones_have_none() => Assert.Equal(
        """
        2 struct s size 12 align 4
          @0 matrix [2] [3] u16
          @12 rest [] u32
        """,
        Describe("struct s { uint16_t matrix[2][3]; uint32_t rest[]; };"));

    [Fact]
    public void Guest_handles_are_one_type_whatever_they_are_made_of() => Assert.Equal(
        """
        3 struct s size 8 align 8
          @0 list & u64
        """,
        Describe("typedef union { uint64_t *p; uint64_t q; } __guest_handle_64_long;\nstruct s { __guest_handle_64_long list; };"));

    [Fact]
    public void Unnamed_records_take_the_name_of_their_typedef() => Assert.Equal(
        """
        2 struct point_t size 8 align 4
          @0 x i32
          @4 y i32
        3 typedef places = [4] point_t
        """.Replace("[4] point_t", "[4] struct point_t", System.StringComparison.Ordinal),
        Describe("typedef struct { int x, y; } point_t;\ntypedef point_t places[4];"));

    [Fact]
    public void Functions_stand_only_behind_pointers() => Assert.Equal(
        """
        2 struct s size 16 align 8
          @0 call * ()
          @8 next * struct s
        """,
        Describe("struct s { int (*call)(void *); struct s *next; };"));

    [Theory]
    [InlineData("#define A 5", "2 A = 5")]
    [InlineData("#define A (1U << 31)", "2 A = u32 2147483648")]
    [InlineData("#define A (-1L)", "2 A = i64 -1")]
    [InlineData("#define A ~0ULL", "2 A = u64 18446744073709551615")]
    [InlineData("#define A ((uint16_t)0x7FF0U)", "2 A = u16 32752")]
    [InlineData("#define A sizeof(int)", "2 A = u64 4")]
    [InlineData("#define A \"a\\\"\\n\"", "2 A = \"a\\\"\\u000a\"")]
    [InlineData("#define A \"a\" \"b\"", "2 A = \"ab\"")]
    [InlineData("#define A u8\"\u00e9\"", "2 A = \"\\u00e9\"")]
    [InlineData("#define PICK(x, y) y\n#define A PICK(1, 2)", "3 A = 2")]
    [InlineData("#define A (1, 2)", "2 A = 2")]
    [InlineData("enum { A = 7 };", "2 A = 7")]
    [InlineData("enum e { A = 1, B = 1u << 31 };", "2 enum e = u32\n  1 A\n  2147483648 B")]
    public void Constants_have_type_and_value_of_the_C_expression(string source, string expected) =>
        Assert.Equal(expected, Describe(source));

    [Theory]
    [InlineData("#define A")]
    [InlineData("#define A {")]
    [InlineData("#define A(x) (x)")]
    [InlineData("#define A unknown_name")]
    [InlineData("#define OPEN(x) { x\n#define A OPEN(1)")]
    public void Macros_without_a_value_are_left_out_and_harm_no_others(string source)
    {
        using var header = new TemporaryHeader(source + "\n#define LATER 3");
        HeaderReading reading = header.Read();
        Assert.Equal("LATER", Assert.Single(reading.Model.Items).Name);
    }

    [Theory]
    [InlineData("1, 2")]
    [InlineData("'a','b','c'")]
    [InlineData("SAME(PAIR)")]
    [InlineData("\"a\", \"b\"")]
    [InlineData("\"a\\0b\"")]
    [InlineData("L\"abc\"")]
    [InlineData("\"\\xf0\\x9f\\x98\"")]
    public void A_list_or_a_text_that_would_lose_something_is_no_value(string body)
    {
        using var header = new TemporaryHeader($"#define SAME(x) x\n#define PAIR 1, 2\n#define A {body}");
        HeaderReading reading = header.Read();
        Assert.Empty(reading.Model.Items);
        Assert.Equal(["A", "PAIR"], reading.MacrosWithoutValue);
    }

    [Fact]
    public void What_differs_between_targets_is_stored_for_each()
    {
        using var header = new TemporaryHeader(
            """
            struct same { uint32_t a; };
            #ifdef __x86_64__
            struct other { uint32_t a; };
            #else
            struct other { uint64_t a; };
            #endif
            """);
        AbiModel model = header.Read().Model;
        Assert.Equal(["x86_64", "aarch64"], Assert.Single(model.Items, item => item.Name == "same").Targets);
        Assert.Equal(
            ["x86_64:4", "aarch64:8"],
            model.Items.OfType<AbiRecord>().Where(item => item.Name == "other").Select(item => item.Targets[0] + ":" + item.Size));
    }

    [Fact]
    public void Other_targets_need_no_more_than_their_name()
    {
        using var header = new TemporaryHeader("struct s { uint64_t a; uint8_t b; };");
        Assert.Equal(
            ["armv7:16/8", "i386:12/4"],
            header.Read("i386", "armv7").Model.Items.OfType<AbiRecord>().Select(item => $"{item.Targets[0]}:{item.Size}/{item.Align}"));
    }

    [Theory]
    [InlineData("struct s { missing_t a; };", 2, "missing_t")]
    [InlineData("\n#include <nowhere.h>", 3, "nowhere.h")]
    public void Any_compiler_error_is_fatal_and_names_file_line_and_cause(string source, int line, string cause)
    {
        using var header = new TemporaryHeader(source);
        var error = Assert.Throws<HeaderReadException>(() => header.Read());
        Assert.Contains($"{header.Path}:{line}: ", error.Message, System.StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_the_model_cannot_hold_is_fatal()
    {
        using var header = new TemporaryHeader("struct s { _Complex double z; };");
        var error = Assert.Throws<HeaderReadException>(() => header.Read());
        Assert.Contains($"{header.Path}:2: ", error.Message, System.StringComparison.Ordinal);
    }

    private static string Describe(string source)
    {
        using var header = new TemporaryHeader(source);
        string text = AbiTextWriter.Write(header.Read("x86_64").Model);
        return text[(text.IndexOf("test.h\n", System.StringComparison.Ordinal) + 7)..text.LastIndexOf("\nend ", System.StringComparison.Ordinal)]
            .TrimEnd('\n');
    }
}
