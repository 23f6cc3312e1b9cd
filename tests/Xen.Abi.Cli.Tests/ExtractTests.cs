using System;
using System.Diagnostics;
using System.IO;
using Xen.Abi.Model;
using Xen.Headers.Tests;

namespace Xen.Abi.Cli.Tests;

public sealed class ExtractTests : IDisposable
{
    private const string Device =
        """
        #ifndef DEVICE_H
        #define DEVICE_H
        #include <stdint.h>
        #include <xen/xen.h>
        #include "parts/shared.h"
        #define DEVICE_QUEUES (1u << 4)
        enum device_state { DEVICE_OFF, DEVICE_ON = 7 };
        struct device_ring {
            uint8_t kind : 3, : 1, mode : 4;
            uint64_aligned_t where;
            domid_t peer;
            xen_pfn_t frame;
            struct start_info *info;
            struct shared_part part;
            enum { DEVICE_FAST = 2 } speed;
            XEN_GUEST_HANDLE(uint64) list;
            uint32_t rest[];
        };
        #endif

        """;

    private readonly TemporaryFolder _folder = new();

    public ExtractTests() => HeaderCache.Require();

    private static string XenHeaders => Path.Combine(HeaderCache.Headers, ".cache/bookworm/libxen-dev/usr/include");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Own_header_becomes_metadata_without_the_declarations_of_others()
    {
        _folder.Write("parts/shared.h", "#ifndef SHARED_H\n#define SHARED_H\nstruct shared_part { int a; };\n#define SHARED_NAME \"x\"\n#endif\n");
        ToolRun run = ToolRun.Of(
            "extract", _folder.Write("device.h", Device), "-I", XenHeaders, "-D", "__XEN_TOOLS__", "--target", "x86_64", "--target", "i386");
        Assert.Equal((0, ""), (run.Code, run.Error));
        run.MatchesBaseline("extract-device");
    }

    [Fact]
    public void Written_file_serves_the_other_commands()
    {
        string output = _folder.Combine("own.abi");
        ToolRun run = ToolRun.Of(
            "extract", _folder.Write("own.h", "struct own_thing { struct ioreq *request; char a; };"), "-o", output, "--source", "own", "--release", "3.1");
        Assert.Equal((0, "", ""), (run.Code, run.Out, run.Error));
        AbiModel model = AbiTextReader.Read(File.ReadAllText(output));
        Assert.Equal(("own", "3.1", "x86_64 aarch64"), (model.Source, model.Release, string.Join(' ', model.Targets)));
        Assert.Contains("struct ioreq *request;", ToolRun.Of("show", "own_thing", "--metadata", output).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_headers_are_read_in_order_as_one()
    {
        string first = _folder.Write("a/first.h", "typedef int first_t;");
        string second = _folder.Write("b/second.h", "struct second { first_t a; };");
        ToolRun run = ToolRun.Of("extract", first, second);
        Assert.Equal(0, run.Code);
        Assert.Contains("header a/first.h\n1 typedef first_t = i32\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("header b/second.h\n1 struct second size 4 align 4\n  @0 a first_t\n", run.Out, StringComparison.Ordinal);
        Assert.Equal(1, ToolRun.Of("extract", second, first).Code);
    }

    [Fact]
    public void Search_folder_below_the_headers_folder_is_not_kept()
    {
        string header = _folder.Write("own.h", "#include <other.h>\nstruct own { other_t a; struct other b; };");
        _folder.Write("include/other.h", "typedef struct { int a; } other_t;\nstruct other { int x; };\n#define OTHER 1\n");
        ToolRun run = ToolRun.Of("extract", header, "-I", _folder.Combine("include"), "--target", "x86_64");
        Assert.Equal(
            "abi 2\nsource own 1\ntargets x86_64\n\nheader own.h\n2 struct own size 8 align 4\n  @0 a struct other_t\n  @4 b struct other\n\nend 1\n",
            run.Out);
    }

    [Theory]
    [InlineData("#include <nowhere.h>\n", 1, 10, "XENABI002", "'nowhere.h' file not found; name the folder it is found in with -I (no folder of this machine is searched otherwise)")]
    [InlineData("#include <string.h>\n", 1, 10, "XENABI002", "'string.h' file not found; name the folder it is found in with -I (no folder of this machine is searched otherwise)")]
    [InlineData("int a;\nstruct s { missing_t a; };\n", 2, 12, "XENABI003", "unknown type name 'missing_t'")]
    [InlineData("struct s { int a }\n", 1, 19, "XENABI003", "expected ';' after struct")]
    [InlineData("struct s { _Complex double z; };\n", 1, 28, "XENABI004", "the type '_Complex double' is not supported")]
    [InlineData("#ifdef __aarch64__\n#error no\n#endif\n", 2, 2, "XENABI003", "no (on aarch64)")]
    public void Error_names_file_line_column_and_cause_and_leaves_no_output(string text, int line, int column, string code, string cause)
    {
        string header = _folder.Write("bad.h", text);
        string output = _folder.Write("out.abi", "as before");
        ToolRun run = ToolRun.Of("extract", header, "-o", output);
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Contains($"{header}({line},{column}): error {code}: {cause}\n", run.Error, StringComparison.Ordinal);
        Assert.Equal("as before", File.ReadAllText(output));
        Assert.Equal(2, Directory.GetFiles(_folder.Root).Length);
    }

    [Fact]
    public void Header_that_is_not_there_is_named()
    {
        ToolRun run = ToolRun.Of("extract", _folder.Combine("none.h"));
        Assert.Equal((1, $"{_folder.Combine("none.h")}: error XENABI002: there is no such header\n"), (run.Code, run.Error));
    }

    [Fact]
    public void Output_that_cannot_be_written_is_named()
    {
        string output = _folder.Combine("no/such/folder.abi");
        ToolRun run = ToolRun.Of("extract", _folder.Write("own.h", "struct own { int a; };"), "-o", output);
        Assert.Equal(1, run.Code);
        Assert.StartsWith($"{output}: error XENABI007: cannot be written: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_with_only_the_root_in_common_are_read()
    {
        string other = Path.Combine("/var/tmp", Path.GetRandomFileName() + ".h");
        File.WriteAllText(other, "struct other { int a; };");
        try
        {
            ToolRun run = ToolRun.Of("extract", _folder.Write("own.h", "struct own { int a; };"), other);
            Assert.Equal((0, ""), (run.Code, run.Error));
            Assert.Contains($"header {other[1..]}\n", run.Out, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(other);
        }
    }

    [Fact]
    public void Link_stays_and_its_file_is_written()
    {
        string file = _folder.Write("real.abi", "as before");
        string link = _folder.Combine("link.abi");
        File.CreateSymbolicLink(link, file);
        ToolRun run = ToolRun.Of("extract", _folder.Write("own.h", "struct own { int a; };"), "-o", link);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(file, new FileInfo(link).LinkTarget);
        Assert.Contains("struct own", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Pipe_stays_and_gets_the_metadata()
    {
        string pipe = _folder.Combine("pipe");
        using (var mkfifo = Process.Start("mkfifo", pipe))
            mkfifo.WaitForExit();
        using var reader = Process.Start(new ProcessStartInfo("cat", pipe) { RedirectStandardOutput = true })!;
        ToolRun run = ToolRun.Of("extract", _folder.Write("own.h", "struct own { int a; };"), "-o", pipe);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("struct own", reader.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.True(File.Exists(pipe));
    }

    [Fact]
    public void Missing_libclang_is_named_with_its_package()
    {
        (int code, string error) = ToolWithoutLibclang.Run("extract", _folder.Write("own.h", "struct own { int a; };"));
        Assert.Equal((1, "xen-abi: error XENABI001: libclang-14.so.1 is missing: install the package libclang1-14\n"), (code, error));
    }
}
