using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xen.Store.Cli.Compatible;

namespace Xen.Store.Cli.Tests.Differential;

/// <summary>The published program itself, by the names of Xen's programs.</summary>
public sealed class PublishedProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("xenstore-").FullName;
    private readonly RealDaemon _daemon = RealDaemon.Start(DaemonKind.C417);

    [Fact]
    public void Published_program_is_what_its_name_says()
    {
        var (code, output) = Run("dotnet", "publish", RepositoryRoot.Combine("samples", "xenstore"), "-c", "Release", "-o", _folder, "-v", "quiet", "--disable-build-servers");
        Assert.True(code == 0, output);
        foreach (var command in CompatibleCommand.All)
            File.CreateSymbolicLink(Path.Combine(_folder, $"xenstore-{command.Name}"), "xenstore");
        var upstream = new UpstreamProgram("4.17", _daemon.SocketPath);
        string[][] lines =
        [
            ["write", "/a/b", "one", "/a/c", @"\xff\n"], ["ls"], ["ls", "-p"], ["ls", "-fp", "/a"], ["read", "/a/b", "/a/c"],
            ["read", "-pR", "/a/c"], ["list", "-p", "/a"], ["exists", "/a"], ["exists", "/none"], ["read", "/none"],
            ["chmod", "-r", "/a", "r0"], ["watch", "-n", "2", "/a", "/a/b"], ["rm", "-t", "/a/b"], ["ls", "-h"], ["read"],
        ];
        foreach (var line in lines)
        {
            var expected = upstream.Run($"xenstore-{line[0]}", [.. line[1..].Select(Word.Of)]);
            Assert.Equal((expected.Code, expected.Out), Run(Path.Combine(_folder, $"xenstore-{line[0]}"), line[1..]));
        }

        // A copy, and by way of dotnet. cp makes it: what this process writes itself cannot be started (ETXTBSY) while
        // a program that another test starts has the open file inherited and is not at its exec yet.
        Assert.Equal((0, ""), Run("cp", Path.Combine(_folder, "xenstore"), Path.Combine(_folder, "copy-of-it")));
        Assert.Equal((0, "c\n"), Run(Path.Combine(_folder, "copy-of-it"), "list", "/a"));
        Assert.Equal((1, ""), Run("dotnet", Path.Combine(_folder, "xenstore.dll"), "exists", "/none"));
        Assert.Equal((2, ""), Run("dotnet", Path.Combine(_folder, "xenstore.dll"), "exists"));

        Assert.Equal((0, ""), Run(Path.Combine(_folder, "xenstore-write"), "/a/long", new string('x', 200)));
        foreach (var columns in new[] { 40, 120 })
            Assert.Equal(upstream.RunOnTerminal("xenstore-ls", [], columns), upstream.RunOnTerminal([Path.Combine(_folder, "xenstore-ls")], [], columns));
    }

    [Fact]
    public void Output_that_nobody_reads_ends_the_program_in_silence()
    {
        var program = RepositoryRoot.Combine("artifacts", "bin", "xenstore", "release", "xenstore.dll");
        using (var client = XenStoreClient.Connect(new XenStoreOptions { Endpoint = XenStoreEndpoint.Unix(_daemon.SocketPath) }))
        {
            for (var i = 0; i < 100; i++)
                client.Write($"/many/n{i}", new string('x', 3000));
        }

        // More than a pipe holds.
        Assert.Equal((0, "tool\n141 0\n"), Run("bash", "-c", $"dotnet '{program}' ls -f | head -1 | cut -c2-5; echo ${{PIPESTATUS[@]:0:2}}"));
        Assert.Equal((0, "1\n"), Run("bash", "-c", $"dotnet '{program}' ls > /dev/full; echo $?"));
        Assert.Equal((0, "130\n143\n"), Run("bash", "-c", $"for s in INT TERM; do timeout --preserve-status -s $s 2 env --default-signal=INT dotnet '{program}' watch /a > /dev/null; echo $?; done"));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private (int Code, string Output) Run(string program, params string[] words)
    {
        var info = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["XENSTORED_PATH"] = _daemon.SocketPath;
        info.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        error.GetAwaiter().GetResult();
        return (process.ExitCode, output);
    }
}
