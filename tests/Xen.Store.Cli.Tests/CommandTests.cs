using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Cli.Compatible;
using Xen.Sys;
using Xen.Testing.Store;

namespace Xen.Store.Cli.Tests;

/// <summary>What the tool has beyond Xen's programs, with a store in memory.</summary>
public sealed class CommandTests
{
    private readonly InMemoryXenStore _store = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private XenStoreEndpoint Endpoint => _store.Endpoint();

    [Fact]
    public async Task Read_list_ls_and_exists_answer_in_JSON()
    {
        await RunAsync(0, "write", "/a/text", "two words", "/a/bytes", @"\xff", "/a/text/below", "");
        Assert.Equal("""{"/a/text":"two words","/a/bytes":{"base64":"/w=="}}""", Compact(await RunAsync(0, "read", "--json", "/a/text", "/a/bytes")));
        Assert.Equal("""{"/a":["text","bytes"]}""", Compact(await RunAsync(0, "list", "--json", "/a")));
        Assert.Equal("""{"/a":true,"/b":false}""", Compact(await RunAsync(1, "exists", "--json", "/a", "/b")));
        Assert.Equal(
            """{"/a":{"text":{"value":"two words","permissions":["n0"],"children":{"below":{"value":"","permissions":["n0"]}}},"bytes":{"value":{"base64":"/w=="},"permissions":["n0"]}}}""",
            Compact(await RunAsync(0, "ls", "--json", "-p", "/a")));
    }

    [Fact]
    public async Task Ls_shows_some_levels_some_nodes_or_no_values()
    {
        await RunAsync(0, "write", "/a/b/c", "1", "/a/d", new string('x', 100));
        Assert.Equal("b = \"\"\nd = \"" + new string('x', 100) + "\"\n", (await RunAsync(0, "ls", "--depth", "1", "--values", "/a")).Out);
        Assert.Equal("b\n c\nd\n", (await RunAsync(0, "ls", "--no-values", "/a")).Out);
        Assert.Equal("b = \"\"\n c = \"1\"\n", (await RunAsync(0, "ls", "--match", "c", "/a")).Out);
        Assert.Equal("/a/b/c = \"1\"\n", (await RunAsync(0, "ls", "-f", "--match", "/a/*/c", "/a")).Out);
    }

    [Fact]
    public async Task What_is_exported_can_be_imported_elsewhere_and_does_not_differ()
    {
        _store.CreateDomain(new DomainId(5));
        await RunAsync(0, "write", "/a/b", @"\x00\xff", "/a/c/d", "text");
        await RunAsync(0, "chmod", "/a/b", "n5", "r0");
        var export = await RunAsync(0, "export", "/a");
        await RunAsync(0, "write", "/b/old", "1");
        Assert.Equal(0, (await ToolRun.AsAsync("xenstore", Endpoint, Words("import", "/b", "--replace"), input: export.Bytes, stop: Stop)).Code);
        Assert.Equal("", (await RunAsync(0, "diff", "/a", "/b")).Out);
        Assert.Equal("b = \"\\000\\xff\"\nc = \"\"\n d = \"text\"\n", (await RunAsync(0, "ls", "/b")).Out);
    }

    [Fact]
    public async Task Dry_run_of_import_says_what_it_would_do_and_does_nothing()
    {
        await RunAsync(0, "write", "/a/old", "1", "/a/same", "2");
        var json = """{"children":{"same":{"value":"2"},"new":{"permissions":["r0"],"children":{"x":{"value":"3"}}}}}"""u8.ToArray();
        var run = await ToolRun.AsAsync("xenstore", Endpoint, Words("import", "/a", "--replace", "--dry-run"), input: json, stop: Stop);
        Assert.Equal((0, "remove /a/old\nmake /a/new\nwrite /a/new/x = \"3\"\npermit /a/new  (r0)\n"), (run.Code, run.Out));
        Assert.Equal("old\nsame\n", (await RunAsync(0, "list", "/a")).Out);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"value":1}""")]
    [InlineData("""{"children":{"a b":{}}}""")]
    [InlineData("""{"children":{"a/b":{}}}""")]
    [InlineData("""{"children":{"a":{"permissions":["x1"]}}}""")]
    [InlineData("""{"permissions":[]}""")]
    [InlineData("""{"value":{"base64":"?"}}""")]
    [InlineData("""{"colour":"red"}""")]
    public async Task File_that_is_no_tree_is_refused_before_anything_is_written(string json)
    {
        var before = _store.State;
        var run = await ToolRun.AsAsync("xenstore", Endpoint, Words("import", "/a"), input: System.Text.Encoding.UTF8.GetBytes(json), stop: Stop);
        Assert.Equal(2, run.Code);
        Assert.Contains("standard input: ", run.Error, StringComparison.Ordinal);
        Assert.Same(before, _store.State);
    }

    [Fact]
    public async Task Diff_says_what_is_gone_new_and_different()
    {
        await RunAsync(0, "write", "/a/gone", "1", "/a/same", "2", "/a/other", "3", "/b/new", "4", "/b/same", "2", "/b/other", "5");
        await RunAsync(0, "chmod", "/b/same", "r0");
        Assert.Equal(
            "- gone = \"1\"\n~ same  (n0) -> (r0)\n~ other = \"3\" -> \"5\"\n+ new = \"4\"\n", (await RunAsync(1, "diff", "/a", "/b")).Out);
        using var json = JsonDocument.Parse((await RunAsync(1, "diff", "--json", "/a", "/b")).Bytes);
        Assert.Equal(["removed", "changed", "changed", "added"], json.RootElement.EnumerateArray().Select(static change => change.GetProperty("change").GetString()));
    }

    [Fact]
    public async Task Tree_has_guides_and_says_what_states_mean()
    {
        await RunAsync(0, "write", "/d/vif/state", "4", "/d/name", "guest");
        Assert.Equal("/d\n├── vif\n│   └── state = \"4\" (Connected)\n└── name = \"guest\"\n", (await RunAsync(0, "tree", "/d")).Out);
        Assert.Contains("\e[1mvif\e[0m", (await RunAsync(0, "tree", "/d", "--color", "always")).Out, StringComparison.Ordinal);
        var terminal = await ToolRun.AsAsync("xenstore", Endpoint, Words("tree", "/d"), columns: 80, stop: Stop);
        Assert.Contains("\e[1m", terminal.Out, StringComparison.Ordinal);
        var without = await ToolRun.AsAsync(
            "xenstore", Endpoint, Words("tree", "/d"), columns: 80, variable: static name => name == "NO_COLOR" ? "1" : null, stop: Stop);
        Assert.DoesNotContain("\e[", without.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/w == 4", "4")]
    [InlineData("/w exists", "4")]
    [InlineData("/w", "4")]
    [InlineData("/w != x", "4")]
    public async Task Wait_ends_when_a_value_is_as_wanted(string words, string value)
    {
        await RunAsync(0, "write", "/other", "x");
        var waiting = Task.Run(() => RunAsync(0, ["wait", .. words.Split(' '), "--timeout", "20"]), Stop);
        await RunAsync(0, "write", "/w", value);
        await waiting;
    }

    [Fact]
    public async Task Wait_ends_when_a_node_is_gone_or_the_time_is_over()
    {
        await RunAsync(0, "write", "/w", "1");
        await RunAsync(5, "wait", "/w", "gone", "--timeout", "0.05");
        var waiting = Task.Run(() => RunAsync(0, "wait", "/w", "gone", "--timeout", "20"), Stop);
        await RunAsync(0, "rm", "/w");
        await waiting;
    }

    [Fact]
    public async Task Watch_has_values_and_times()
    {
        await RunAsync(0, "write", "/w", "1");
        Assert.Equal("/w = \"1\"\n/gone: gone\n", (await RunAsync(0, "watch", "-n", "2", "--values", "/w", "/gone")).Out);
        Assert.Matches(
            """^\{"time":"[-0-9]+T[:.0-9]+Z","path":"/w","value":"1"\}\n$""",
            (await RunAsync(0, "watch", "-n", "1", "--values", "--timestamps", "--json", "/w")).Out);
        await RunAsync(5, "watch", "-n", "2", "--timeout", "0.05", "/w");
        await RunAsync(0, "watch", "--timeout", "0.05", "/w");
    }

    [Fact]
    public async Task Watch_that_is_interrupted_exits_with_130()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var live = new LiveOutput();
        var running = Task.Run(() => ToolRun.AsAsync("xenstore", Endpoint, Words("watch", "/w"), output: live, stop: stop.Token), Stop);
        await live.WaitForLinesAsync(1, running);
        await stop.CancelAsync();
        Assert.Equal(130, (await running).Code);
    }

    [Fact]
    public async Task Completion_lists_commands_options_and_paths_and_is_silent_without_a_store()
    {
        await RunAsync(0, "write", "/alpha/one", "1", "/alpha/two", "2");
        Assert.Equal("wait\nwatch\n", (await RunAsync(0, "__complete", "--", "wa")).Out);
        Assert.Equal("--json\n", (await RunAsync(0, "__complete", "--", "ls", "--js")).Out);
        Assert.Equal("/alpha/two\n", (await RunAsync(0, "__complete", "--", "read", "/alpha/t")).Out);
        var without = await ToolRun.OfAsync(XenStoreEndpoint.Unix("/nonexistent"), "__complete", "--", "read", "/a");
        Assert.Equal((0, "", ""), (without.Code, without.Out, without.Error));
        foreach (var shell in new[] { "bash", "zsh", "fish" })
            Assert.Contains("__complete", (await RunAsync(0, "completion", shell)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_of_a_file_is_loaded_and_saved()
    {
        var folder = Directory.CreateTempSubdirectory("xenstore-").FullName;
        var connect = $"memory:{Path.Combine(folder, "store.json")}";
        await RunAsync(0, "--connect", connect, "write", "/a/b", "1");
        Assert.Equal("1\n", (await RunAsync(0, "read", "--connect", connect, "/a/b")).Out);
        Assert.Equal("/a\n└── b = \"1\"\n", (await RunAsync(0, "tree", "/a", "--connect", connect)).Out);
        Assert.Equal(["store.json"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "frobnicate")]
    [InlineData(2, "read")]
    [InlineData(2, "write", "/a")]
    [InlineData(2, "ls", "--jsno")]
    [InlineData(2, "ls", "-t")]
    [InlineData(2, "ls", "--depth", "x")]
    [InlineData(2, "ls", "--values", "--no-values")]
    [InlineData(2, "wait", "/a", "===", "4")]
    [InlineData(2, "diff", "/a")]
    [InlineData(2, "completion", "cmd")]
    [InlineData(2, "--connect", "nowhere", "ls")]
    [InlineData(2, "--connect", "nowhere", "tree")]
    [InlineData(2, "chmod", "/a", "x0")]
    [InlineData(1, "read", "/none")]
    [InlineData(1, "read", "/a/")]
    [InlineData(1, "exists", "/none")]
    [InlineData(1, "tree", "/none")]
    [InlineData(4, "--connect", "unix:/nonexistent", "ls")]
    [InlineData(4, "--connect", "unix:/nonexistent", "tree")]
    public async Task Exit_code_says_what_is_wrong(int code, params string[] words)
    {
        var run = await RunAsync(code, words);
        Assert.Equal("", run.Out);
        Assert.NotEqual(words is ["exists", ..], run.Error.StartsWith("xenstore: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Domain_that_may_not_read_is_told_so_and_exits_with_3()
    {
        var domain = new DomainId(5);
        _store.CreateDomain(domain);
        _store.IntroduceDomain(domain);
        await RunAsync(0, "write", "/secret", "1");
        var run = await ToolRun.OfAsync(_store.Endpoint(domain), "read", "/secret");
        Assert.Equal(3, run.Code);
        Assert.Contains("/secret failed: EACCES", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await ToolRun.AsAsync("xenstore-read", _store.Endpoint(domain), Words("/secret"), stop: Stop)).Code);
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("watch")]
    [InlineData("wait")]
    [InlineData("import")]
    public async Task Help_of_a_command_has_examples(string command)
    {
        var run = await RunAsync(0, command, "--help");
        Assert.Contains($"Examples:\n  xenstore {command}", run.Out, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    private static Word[] Words(params string[] words) => [.. words.Select(Word.Of)];

    private static string Compact(ToolRun run) => JsonSerializer.Serialize(JsonDocument.Parse(run.Bytes).RootElement);

    private async Task<ToolRun> RunAsync(int code, params string[] words)
    {
        var run = await ToolRun.AsAsync("xenstore", Endpoint, Words(words), stop: Stop);
        Assert.True(run.Code == code, $"xenstore {string.Join(' ', words)}: {run.Code} {run.Error}");
        return run;
    }
}
