using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using VirtioConsole;
using VirtioConsole.Ports;
using VirtioHosting;
using VirtioHosting.Daemon;
using Xen.Testing.Console;

namespace VirtioDevices.Tests;

/// <summary>What a daemon says of itself is not in what a guest prints.</summary>
public sealed class DaemonNoticesTests
{
    [Theory]
    [InlineData("virtio-console", false)]
    [InlineData("virtio-console", false, "--port", "pty", "--port", "log=unix:/l")]
    [InlineData("virtio-console", true, "--port", "stdio")]
    [InlineData("virtio-console", true, "--port", "pty", "--port", "log=stdio")]
    [InlineData("virtio-host", false, "--console-port", "pty")]
    [InlineData("virtio-host", true, "--console-port", "stdio")]
    public async Task Daemon_whose_standard_output_is_a_guests_writes_to_standard_error(
        string program, bool isGuests, params string[] words)
    {
        var host = Programs.Create(program);
        Configure(host, words);
        var (output, error) = await SayAllAsync(host);
        Assert.Equal("", isGuests ? output : error);
        Assert.Equal(
            $"ready: 3 {host.Set.Plural} are served; others as they are attached\n"
            + "done: asked to stop; guests wait for the next daemon\n",
            isGuests ? error : output);
    }

    [Fact]
    public async Task Device_that_keeps_the_terminal_of_an_earlier_daemon_has_it_alone()
    {
        var kind = new ConsoleKind
        {
            OpenEnd = static (target, path, _) => new HostEnd(new SimulatedConsoleEnd(), $"{target} {path}"),
        };
        var program = new HostProgram("virtio-console", "Consoles.", [kind]);
        await using var host = new RunningHost([kind]);
        Configure(program, "--port", "stdio");
        host.CreateDomain(5);
        await host.AttachAsync("-d", "5");
        await host.RestartAsync(() => Configure(program, "--port", "pty"));
        Assert.Equal(["Stdio "], host.Texts);
        Assert.Equal("", (await SayAllAsync(program)).Out);
    }

    private static void Configure(HostProgram host, params string[] words)
    {
        var command = new Command("serve");
        foreach (var option in host.Kinds.SelectMany(static kind => kind.ServeOptions))
            command.Options.Add(option);
        var serve = command.Parse(words);
        foreach (var kind in host.Kinds)
            kind.Configure(serve);
    }

    private static async Task<(string Out, string Error)> SayAllAsync(HostProgram host)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var notices = new DaemonNotices(host, new Shell(output, error, IsTerminal: true, CancellationToken.None));
        await notices.ReadyAsync(3);
        await notices.DoneAsync();
        return (output.ToString(), error.ToString());
    }
}
