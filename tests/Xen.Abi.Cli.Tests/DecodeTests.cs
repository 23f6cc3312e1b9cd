using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xen.Abi.Cli.Catalog;
using Xen.Abi.Model;

namespace Xen.Abi.Cli.Tests;

public class DecodeTests
{
    private static readonly byte[] Ring =
    [
        0x95, (byte)'r', (byte)'i', (byte)'n', (byte)'g', 0, 0, 0,
        0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0,
        1, 0, 0, 0, 7, 0, 0, 0, 0x10, 0x20, 0, 0, 0, 0, 0, 0,
        2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80,
        0xfe, 0xff, 0xff, 0xff, 0, 0, 0x20, 0x40,
        1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 0, 0, 0,
        0xef, 0xbe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xfb, 1, 0, 0, 0, 0, 0, 0,
    ];

    [Fact]
    public void Closed_standard_input_is_named()
    {
        string tool = Path.ChangeExtension(typeof(Tool).Assembly.Location, "dll");
        var start = new ProcessStartInfo("sh", ["-c", $"exec dotnet '{tool}' decode domid_t <&-"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("the standard input is closed", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_value_is_shown()
    {
        ToolRun run = Decode([.. Ring, 1, 2, 3, 4, .. new byte[20], 5, 0, 0, 0], "sample_ring");
        Assert.Equal((0, "xen-abi: 28 more bytes follow\n"), (run.Code, run.Error));
        run.MatchesBaseline("decode-ring");
    }

    [Fact]
    public void Json_has_the_same_values() => Decode(Ring, "sample_ring", "--json").MatchesBaseline("decode-ring-json");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(40)]
    [InlineData(89)]
    public void Short_input_is_decoded_as_far_as_it_goes(int length)
    {
        ToolRun run = Decode(Ring[..length], "sample_ring");
        Assert.Equal((1, $"xen-abi: {96 - length} of 96 bytes are missing\n"), (run.Code, run.Error));
        Assert.Equal(length >= 1, run.Out.Contains("kind                              5 (0x5)", StringComparison.Ordinal));
        Assert.Contains("missing, ", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sample_state", "SAMPLE_BUSY = 7 (0x7)")]
    [InlineData("sample_id_t", "7 (0x7)")]
    [InlineData("sample_callback", "0x7")]
    public void Any_type_with_a_size_can_be_decoded(string name, string expected) =>
        Assert.Contains(expected, Decode([7, 0, 0, 0, 0, 0, 0, 0], name).Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("SAMPLE_MAX")]
    [InlineData("SAMPLE_NAME")]
    public void What_is_no_type_is_refused(string name) =>
        Assert.Equal((1, "", $"xen-abi: '{name}' is no type that has a size\n"), Decode([0], name) is var run ? (run.Code, run.Out, run.Error) : default);

    [Fact]
    public void Start_in_the_input_can_be_chosen()
    {
        Assert.Equal(Decode(Ring[16..], "sample_entry").Out, Decode(Ring, "sample_entry", "--at", "0x10").Out);
        Assert.Equal(1, Decode(Ring, "sample_entry", "--at", "1000").Code);
    }

    [Fact]
    public void File_is_read_and_a_missing_one_is_named()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("ring.hex", Convert.ToHexString(Ring));
        Assert.Equal(Decode(Ring, "sample_ring").Out, ToolRun.OfSample("decode", "sample_ring", file).Out);
        ToolRun run = ToolRun.OfSample("decode", "sample_ring", folder.Combine("none.bin"));
        Assert.Equal(1, run.Code);
        Assert.Contains("none.bin", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "x86_64")]
    [InlineData(2, "aarch64")]
    [InlineData(3, "i386")]
    [InlineData(4, "armv7")]
    public void Value_written_by_the_layout_is_decoded_again(int seed, string target)
    {
        var random = new Random(seed);
        Metadata metadata = Metadata.Load([]);
        var scope = new Scope(metadata.NewestXen, target);
        int values = 0;
        foreach (AbiRecord record in scope.Items.OfType<AbiRecord>().Where(record => !record.IsUnion && !record.Name.Contains('.', StringComparison.Ordinal)))
        {
            var bytes = new byte[record.Size];
            var expected = new Dictionary<string, decimal>(StringComparer.Ordinal);
            foreach (AbiField field in record.Fields)
            {
                AbiType type = scope.Resolve(field.Type);
                if (type.Kind is not (AbiTypeKind.Signed or AbiTypeKind.Unsigned or AbiTypeKind.Pointer or AbiTypeKind.GuestHandle))
                    continue;
                int width = field.IsBitField ? field.BitWidth : (int)scope.SizeOf(type)! * 8;
                ulong value = (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width);
                WriteBits(bytes, field.BitOffset, width, value);
                expected.Add(field.Name, type.Kind == AbiTypeKind.Signed ? (long)(value << (64 - width)) >> (64 - width) : value);
            }

            using JsonDocument json = JsonDocument.Parse(ToolRun.With(bytes, "decode", record.Name, "--format", "raw", "--arch", target, "--json").Out);
            Dictionary<string, JsonElement> decoded = json.RootElement.GetProperty("fields").EnumerateArray()
                .Where(field => expected.ContainsKey(field.GetProperty("name").GetString()!))
                .ToDictionary(field => field.GetProperty("name").GetString()!);
            Assert.All(expected, pair => Assert.Equal(pair.Value, decoded[pair.Key].GetProperty("value").GetDecimal()));
            values += expected.Count;
            if (values > 400)
                break;
        }

        Assert.InRange(values, 400, int.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void All_views_of_random_bytes_give_the_bytes_back(int seed)
    {
        var random = new Random(seed);
        foreach (string name in new[] { "xen_dm_op", "xen_domctl", "ioreq", "buffered_iopage", "hvm_hw_cpu", "shared_info", "vcpu_guest_context", "gnttab_copy" })
        {
            var bytes = new byte[random.Next(8000)];
            random.NextBytes(bytes);
            using JsonDocument json = JsonDocument.Parse(ToolRun.With(bytes, "decode", name, "--format", "raw", "--json").Out);
            var copy = (byte[])bytes.Clone();
            Assert.NotEqual(0, WriteBack(json.RootElement, copy));
            Assert.Equal(bytes, copy);
        }
    }

    /// <summary>Writes every value to the place that the output gives; the bytes do not change if all are right.</summary>
    private static int WriteBack(JsonElement element, byte[] bytes)
    {
        int written = 0;
        foreach (string list in new[] { "fields", "elements" })
        {
            if (element.TryGetProperty(list, out JsonElement nested))
                written += nested.EnumerateArray().Sum(part => WriteBack(part, bytes));
        }

        if (!element.TryGetProperty("value", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return written;
        long offset = element.GetProperty("offsetBits").GetInt64();
        if (value.ValueKind == JsonValueKind.String)
        {
            Convert.FromHexString(value.GetString()!).CopyTo(bytes, (int)(offset / 8));
            return written + 1;
        }

        decimal number = value.GetDecimal();
        WriteBits(bytes, offset, element.GetProperty("sizeBits").GetInt32(), number < 0 ? unchecked((ulong)(long)number) : (ulong)number);
        return written + 1;
    }

    private static void WriteBits(byte[] bytes, long offset, int width, ulong value)
    {
        for (int i = 0; i < width; i++)
        {
            int mask = 1 << (int)((offset + i) % 8);
            ref byte part = ref bytes[(int)((offset + i) / 8)];
            part = (byte)((value >> i & 1) == 0 ? part & ~mask : part | mask);
        }
    }

    private static ToolRun Decode(byte[] input, params string[] args) =>
        ToolRun.With(input, ["decode", .. args, "--metadata", ToolRun.Sample]);
}
