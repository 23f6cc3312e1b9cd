using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xen.Testing.Store;

namespace Xen.Testing.Tests.Store;

/// <summary>The field's own clients use the store in memory as if it were xenstored.</summary>
public sealed class UpstreamClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("xs-").FullName;
    private readonly InMemoryXenStore _store = new();
    private readonly XenStoreServer _server;

    public UpstreamClientTests() => _server = XenStoreServer.Start(_store, Path.Combine(_folder, "socket"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Xenstore_programs_read_and_write(string release)
    {
        Assert.Equal("", Tool(release, "xenstore-write", "/a/b", "hello", "/a/c", "x y"));
        Assert.Equal("hello\nx y\n", Tool(release, "xenstore-read", "/a/b", "/a/c"));
        Assert.Equal("b\nc\n", Tool(release, "xenstore-list", "/a"));
        Assert.Equal("", Tool(release, "xenstore-exists", "/a/b"));
        _store.CreateDomain(new(5));
        Assert.Equal("", Tool(release, "xenstore-chmod", "-r", "/a", "n0", "r5"));
        Assert.Equal(
            "/tool = \"\"   (n0)\n/tool/xenstored = \"\"   (n0)\n/a = \"\"   (n0,r5)\n/a/b = \"hello\"   (n0,r5)\n"
            + "/a/c = \"x y\"   (n0,r5)\n",
            Tool(release, "xenstore-ls", "-fp"));
        Assert.Equal("", Tool(release, "xenstore-rm", "-t", "/a/b", "/a/c"));
        Assert.Equal("tool = \"\"\n xenstored = \"\"\n", Tool(release, "xenstore-ls"));
        Assert.Equal(1, Run(Start("tests/daemons/tool", "--xen", release, "xenstore-exists", "/a")).ExitCode);
    }

    [Fact]
    public void Long_directories_are_listed()
    {
        var words = new List<string>();
        for (var number = 0; number < 1000; number++)
            words.AddRange([$"/long/child-{number:0000}", $"{number}"]);
        Tool("4.17", "xenstore-write", [.. words]);
        Assert.Equal(1000, Tool("4.17", "xenstore-list", "/long").Split('\n').Length - 1);
    }

    [Fact]
    public async Task Xenstore_watch_sees_what_is_written()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var watch = Process.Start(Start("tests/daemons/tool", "xenstore-watch", "-n", "2", "/w"))!;
        Assert.Equal("/w", await watch.StandardOutput.ReadLineAsync(cancellation));
        Tool("4.17", "xenstore-write", "/w/x", "1");
        Assert.Equal("/w/x", await watch.StandardOutput.ReadLineAsync(cancellation));
        await watch.WaitForExitAsync(cancellation).WaitAsync(Limit, cancellation);
    }

    [Theory]
    [InlineData("4.17")]
    [InlineData("4.20")]
    public void Upstream_test_passes(string release) => Tool(release, "test-xenstore", "-i", "200");

    [Fact]
    public void Xenstore_control_is_answered() =>
        Assert.Contains("quota", Tool("4.17", "xenstore-control", "help"), StringComparison.Ordinal);

    [Fact]
    public void Pyxs_reads_writes_watches_and_commits()
    {
        const string Script = """
            import sys, pyxs
            with pyxs.Client(unix_socket_path=sys.argv[1]) as c:
                c[b"/py/a"] = b"1"
                assert c[b"/py/a"] == b"1"
                assert c.list(b"/py") == [b"a"], c.list(b"/py")
                assert c.get_perms(b"/py/a") == [b"n0"]
                c.transaction()
                c[b"/py/a"] = b"2"
                assert c.commit()
                assert c[b"/py/a"] == b"2"
                with c.monitor() as m:
                    m.watch(b"/py", b"token")
                    events = m.wait()
                    assert next(events).path == b"/py"
                    c[b"/py/b"] = b"3"
                    assert next(events).path == b"/py/b"
                del c[b"/py"]
                assert not c.exists(b"/py")
            print("done")
            """;
        var python = FindPyxs();
        var (code, output, errors) = Run(Start(python, "-c", Script, _server.Path));
        Assert.True(code == 0 && output == "done\n", $"{code}\n{output}\n{errors}");
    }

    // Debian's python3 finds Debian's packages; another one on the path does not.
    private string FindPyxs()
    {
        const string Python = "/usr/bin/python3";
        if (File.Exists(Python) && Run(Start(Python, "-c", "import pyxs")).ExitCode == 0)
            return Python;
        var update = Run(Start("apt-get", "update", "-qq"));
        var install = Start("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-pyxs");
        install.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        var (code, output, errors) = Run(install);
        Assert.True(code == 0, $"cannot install python3-pyxs, which this test needs:\n{update.Errors}\n{output}\n{errors}");
        return Python;
    }

    private string Tool(string release, string program, params string[] arguments)
    {
        var (code, output, errors) = Run(Start("tests/daemons/tool", ["--xen", release, program, .. arguments]));
        Assert.True(code == 0, $"{program}: exit code {code}\n{output}\n{errors}");
        return output;
    }

    private ProcessStartInfo Start(string program, params string[] arguments)
    {
        var path = program.StartsWith("tests/", StringComparison.Ordinal) ? RepositoryRoot.Combine(program) : program;
        return new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["XENSTORED_PATH"] = _server.Path },
        };
    }

    private static (int ExitCode, string Output, string Errors) Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end in {Limit}");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
