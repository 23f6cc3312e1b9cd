using System;
using System.Linq;
using DomainMonitor;
using Xen.Domain.Tests.Support;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;
using Xen.Testing.Store;

namespace Xen.Domain.Tests.Monitor;

/// <summary>The monitor, beside the domains of a simulated Xen.</summary>
public sealed class MonitorTests : IDisposable
{
    private readonly TestMachine _machine = new() { HasStore = false };
    private readonly SimulatedXen _xen = new() { Release = SimulatedRelease.Xen420 };

    public void Dispose()
    {
        _machine.Dispose();
        _xen.Dispose();
    }

    [Fact]
    public void Table_follows_what_becomes_of_domains()
    {
        _machine.CommandLine = "interval=0.5 count=6";
        _machine.IsInitialDomain = true;
        var first = _xen.CreateDomain(3, vcpus: 2, frames: 0x1000);
        _machine.Intervals.Enqueue(() => _xen.CreateDomain(7, frames: 0x200, kind: SimulatedDomainKind.Pv));
        _machine.Intervals.Enqueue(() => first.Pause());
        _machine.Intervals.Enqueue(() =>
        {
            first.Unpause();
            first.ShutDown((uint)ShutdownReason.Crash);
        });
        _machine.Intervals.Enqueue(() => first.ShutDown((uint)ShutdownReason.Reboot));
        _machine.Intervals.Enqueue(first.Destroy);
        Run(_xen);

        var tables = Tables();
        Assert.Equal(6, tables.Length);
        Assert.Equal(["0", "3"], tables[0].Select(static row => row[0]));
        Assert.Equal(["3", "-", "------", "-", "2", "16", "0.00", "-"], tables[0][1]);
        Assert.Equal(["0", "3", "7"], tables[1].Select(static row => row[0]));
        Assert.Equal(["7", "-", "------", "-", "1", "2", "0.00", "-"], tables[1][2]);
        Assert.Equal("0.0", tables[1][1][7]);
        Assert.Equal("--p---", tables[2][1][2]);
        Assert.Equal(["---sc-", "crash"], tables[3][1][2..4]);
        Assert.Equal(["---sc-", "crash"], tables[4][1][2..4]);
        Assert.Equal(["0", "7"], tables[5].Select(static row => row[0]));
    }

    [Fact]
    public void Every_line_fits_the_terminal_and_the_last_one_says_that_it_is_done()
    {
        _machine.CommandLine = "interval=1 count=3 nonsense=" + new string('x', 500) + " suite=1";
        for (ushort id = 1; id <= 100; id++)
            _xen.CreateDomain((ushort)(id * 300), frames: 1);
        Run(_xen);
        Assert.All(_machine.LineLengths, static length => Assert.InRange(length, 1, 80));
        Assert.All(_machine.Lines, static line => Assert.NotEqual(' ', line[0]));
        Assert.Equal("domain-monitor: done", _machine.Lines[^1]);
        Assert.Equal([ShutdownReason.PowerOff], _machine.Shutdowns);
        Assert.All(Tables(), static table => Assert.Equal(101, table.Length));
        Assert.Contains("101 domains", _machine.Lines);
    }

    [Fact]
    public void Version_of_Xen_and_of_the_interface_is_the_first_that_is_said()
    {
        _machine.CommandLine = "count=1";
        Run(_xen);
        Assert.Equal(
            [
                "domain-monitor: Xen 4.20.0-simulated, in a guest",
                "domain-monitor: sysctl 0x15",
                "domain-monitor: domctl 0x17",
                "domain-monitor: lists all domains, by sysctl",
            ],
            _machine.Lines[..4]);
    }

    [Fact]
    public void Unprivileged_domain_says_what_it_may_not_do_and_shows_itself()
    {
        _machine.CommandLine = "interval=1 count=2";
        _xen.CreateDomain(4, vcpus: 3, frames: 0x800);
        using var transport = new SimulatedLinux(_xen, new DomainId(4)).OpenTransport();
        Run(transport);
        Assert.Contains("domain-monitor: sysctl 0x15: not for this domain (EPERM)", _machine.Lines);
        Assert.Contains("domain-monitor: domctl 0x17: not for this domain (EPERM)", _machine.Lines);
        Assert.Contains("domain-monitor: may not list domains: shows itself only", _machine.Lines);
        Assert.All(Tables(), static table => Assert.Equal(["4", "-", "r-----", "-", "3", "8"], Assert.Single(table)[..6]));
        Assert.NotEqual("0.00", Tables()[1][0][6]);
        Assert.NotEqual("-", Tables()[1][0][7]);
    }

    [Fact]
    public void What_Xen_does_not_tell_a_domain_about_itself_is_a_dash()
    {
        _machine.CommandLine = "interval=1 count=2";
        _xen.CreateDomain(4, frames: 0x800);
        using var transport = new SimulatedLinux(_xen, new DomainId(4)).OpenTransport();
        Run(new SilentVcpuTransport(transport));
        string[] row = ["4", "-", "r-----", "-", "-", "8", "-", "-"];
        Assert.All(Tables(), table => Assert.Equal(row, Assert.Single(table)));
    }

    [Fact]
    public void Domain_that_XenStore_runs_in_asks_for_one_domain_after_the_other()
    {
        _machine.CommandLine = "interval=1 count=3";
        _xen.CreateDomain(4, frames: 0x800);
        _xen.CreateDomain(900, frames: 1);
        _machine.Intervals.Enqueue(() => _xen.CreateDomain(901, frames: 1));
        _machine.Intervals.Enqueue(() => _xen.CreateDomain(10, frames: 1));
        using var own = new SimulatedLinux(_xen, new DomainId(4)).OpenTransport();
        Run(new StoreDomainTransport(own, _xen));
        Assert.Contains("domain-monitor: lists all domains, one by one by domctl", _machine.Lines);
        Assert.Equal(["0 4 900", "0 4 900 901", "0 4 10 900 901"], Numbers());
    }

    // The numbers that Xen gives go on where they were, whatever has ended meanwhile.
    [Fact]
    public void Guest_that_is_started_again_is_found_behind_the_highest_that_there_was()
    {
        _machine.CommandLine = "interval=1 count=4";
        _xen.CreateDomain(4, frames: 1);
        var guest = _xen.CreateDomain(500, frames: 1);
        _machine.Intervals.Enqueue(guest.Destroy);
        _machine.Intervals.Enqueue(static () => { });
        _machine.Intervals.Enqueue(() => _xen.CreateDomain(501, frames: 1));
        using var own = new SimulatedLinux(_xen, new DomainId(4)).OpenTransport();
        Run(new StoreDomainTransport(own, _xen));
        Assert.Equal(["0 4 500", "0 4", "0 4", "0 4 501"], Numbers());
    }

    [Fact]
    public void Domain_far_behind_all_others_is_found_in_the_sixteenth_table_after_the_first()
    {
        _machine.CommandLine = "interval=1 count=18";
        _xen.CreateDomain(4, frames: 1);
        _machine.Intervals.Enqueue(() => _xen.CreateDomain(30_000, frames: 1));
        using var own = new SimulatedLinux(_xen, new DomainId(4)).OpenTransport();
        Run(new StoreDomainTransport(own, _xen));
        Assert.All(Numbers()[..16], static numbers => Assert.Equal("0 4", numbers));
        Assert.Equal(["0 4 30000", "0 4 30000"], Numbers()[16..]);
    }

    [Fact]
    public void Store_has_the_settings_and_the_names_that_may_be_read()
    {
        var store = new InMemoryXenStore();
        using (var toolstack = new StoreTool(store))
        {
            toolstack.MakeDomain(4, "monitor");
            toolstack.MakeDomain(9, "secret");
            toolstack.Write("/local/domain/4/data/domain-monitor/interval", "2");
            toolstack.Write("/local/domain/4/data/domain-monitor/count", "nine");
        }

        _machine.HasStore = true;
        _machine.Serve(store, new DomainId(4), chunk: 50);
        _machine.CommandLine = "interval=600 count=3";
        _xen.CreateDomain(4, frames: 0x800);
        _xen.CreateDomain(9, frames: 0x800);
        var start = _machine.Time;
        _machine.Intervals.Enqueue(() =>
        {
            Assert.InRange(_machine.Time - start, 1_990_000_000UL, 2_100_000_000UL);
            using var toolstack = new StoreTool(store);
            toolstack.Write("/local/domain/4/data/domain-monitor/count", "2");
        });
        Run(_xen);
        Assert.Equal(2, Tables().Length);
        Assert.All(
            Tables(), static table => Assert.Equal(["-", "monitor", "-"], table.Select(static row => row[1])));
        Assert.Contains("domain-monitor: count=nine is not a number", _machine.Lines);
    }

    [Fact]
    public void Store_that_was_too_slow_is_asked_again_for_the_next_table()
    {
        var store = new InMemoryXenStore();
        using (var toolstack = new StoreTool(store))
        {
            toolstack.MakeDomain(4, "monitor");
            toolstack.Write("/local/domain/4/data/domain-monitor/count", "2");
        }

        _machine.HasStore = true;
        _machine.CommandLine = "interval=1 count=9";
        _xen.CreateDomain(4, frames: 0x800);
        _machine.Intervals.Enqueue(() => _machine.Serve(store, new DomainId(4), chunk: 50));
        Run(_xen);
        Assert.Equal(["-", "monitor"], Tables().Select(static table => table[1][1]));
    }

    [Theory]
    [InlineData("interval=0", "domain-monitor: interval=0 is not 0.001 to 86400")]
    [InlineData("interval=1e3", "domain-monitor: interval=1e3 is not 0.001 to 86400")]
    [InlineData("count=-1", "domain-monitor: count=-1 is not a number")]
    [InlineData("panic=please", "domain-monitor: panic=please is not trap, bounds, null, stack")]
    [InlineData("suite=yes", "domain-monitor: suite=yes is not 0, 1")]
    [InlineData("root=/dev/xvda", "domain-monitor: root=/dev/xvda is not a setting")]
    [InlineData("\u001b[2J", "domain-monitor: ?[2J= is not a setting")]
    public void Word_that_is_not_understood_is_named(string word, string expected)
    {
        _machine.CommandLine = "count=1 " + word;
        Run(_xen);
        Assert.Contains(expected, _machine.Lines);
    }

    [Fact]
    public void Suite_says_a_verdict_for_each_rule()
    {
        _machine.CommandLine = "suite=1 count=1";
        Run(_xen);
        Assert.DoesNotContain(_machine.Lines, static line => line.Contains("not held: ", StringComparison.Ordinal));
        Assert.Contains("verdict version-is-4 held", _machine.Lines);
        Assert.Matches("^suite: [0-9]+ held, 0 not held$", _machine.Lines.Single(
            static line => line.StartsWith("suite: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Index_out_of_bounds_on_request_is_one()
    {
        _machine.CommandLine = "panic=bounds";
        Assert.Throws<IndexOutOfRangeException>(() => Run(_xen));
    }

    private void Run<T>(T transport)
        where T : IHypercallTransport
    {
        var platform = new TestPlatform(_machine);
        Program.Run(ref platform, transport);
    }

    // The domains of each table.
    private string[] Numbers() =>
        [.. Tables().Select(static table => string.Join(' ', table.Select(static row => row[0])))];

    // The rows of each table, as words.
    private string[][][] Tables() =>
    [
        .. _machine.Output.Split("\ntable ")[1..].Select(static table => table.Split('\n')[2..]
            .TakeWhile(static line => !line.EndsWith("domains", StringComparison.Ordinal)
                && !line.EndsWith("domain", StringComparison.Ordinal))
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToArray()),
    ];
}
