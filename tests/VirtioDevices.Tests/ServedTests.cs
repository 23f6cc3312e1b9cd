using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using VirtioConsole;
using VirtioConsole.Ports;
using VirtioGpio;
using VirtioHosting;
using VirtioI2c;
using VirtioRng;
using Xen.Testing.Console;
using Xen.Testing.Gpio;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Spec.I2c;

namespace VirtioDevices.Tests;

/// <summary>The kinds under the daemon, on a simulated Xen, with simulated hosts' sides.</summary>
public sealed class ServedTests
{
    private const ulong FirstBase = 0xd0000000;
    private const int FirstIrq = 5;

    private readonly SimulatedI2cBus _bus = new();
    private readonly SimulatedEeprom _eeprom = new();
    private readonly SimulatedGpioBank _bank = new("lamp", "other", "button");
    private readonly Dictionary<string, SimulatedConsoleEnd> _ends = [];
    private readonly I2cKind _i2c;
    private readonly GpioKind _gpio;
    private readonly RngKind _rng = new();
    private readonly ConsoleKind _console;

    public ServedTests()
    {
        _bus.Plug(new I2cAddress(0x50), _eeprom);
        _bus.Plug(new I2cAddress(0x68), new SimulatedRtc());
        _i2c = new I2cKind { OpenBus = (_, _) => new HostBus("/dev/i2c-1", _bus) };
        _gpio = new GpioKind { OpenBank = (_, _) => new HostBank(_bank, "chip") };
        _console = new ConsoleKind { OpenEnd = (target, path, _) => OpenEnd(target, path) };
    }

    [Fact]
    public async Task Guest_reaches_its_chips_and_no_other()
    {
        await using var host = new RunningHost([_i2c]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("-d", "5", "-l", "1:0x50");
        Assert.Equal(["1:0x50"], host.Texts);
        var driver = new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(0x50, 3, 0x77)));
        Assert.Equal(0x77, _eeprom.Content[3]);
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Write(0x68)));

        var list = await host.ToolAsync("list");
        Assert.Contains("1:0x50", list.Out, StringComparison.Ordinal);
        var run = await host.ToolAsync("detach", "-d", "5", "--id", "0");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(0, _i2c.OpenBuses);
    }

    [Fact]
    public async Task Adapter_is_opened_once_for_all_guests_and_a_shared_chip_is_warned_of()
    {
        var loggers = new ListLoggers();
        await using var host = new RunningHost([_i2c], loggers);
        var (first, second) = (host.CreateDomain(5), host.CreateDomain(6));
        await host.AttachAsync("-d", "5", "-l", "1:0x50:0x68");
        Assert.DoesNotContain(loggers.Warnings, static text => text.Contains("0x", StringComparison.Ordinal));
        await host.AttachAsync("-d", "6", "-l", "i2c-1:0x50");
        Assert.Equal(
            ["virtio/6/0: chip 0x50 of /dev/i2c-1 is virtio/5/0's too: each may change what the other reads"],
            loggers.Warnings.Where(static text => text.Contains("chip", StringComparison.Ordinal)));
        Assert.Equal(1, _i2c.OpenBuses);

        var drivers = new[] { first, second }.Select(static domain =>
            new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq))).ToArray();
        Parallel.ForEach(drivers, driver =>
        {
            driver.Start();
            for (var round = 0; round < 50; round++)
                Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(0x50, 1, 2)));
        });
        await host.DestroyAsync(first);
        await WaitAsync(() => host.Daemon.Devices.Count == 1);
        Assert.Equal([I2cRequestStatus.Ok], drivers[1].Transfer(Write(0x50)));
        Assert.Equal(1, _i2c.OpenBuses);
    }

    [Fact]
    public async Task Device_of_libxl_gets_what_serve_says_and_is_refused_if_it_says_nothing()
    {
        await using var host = new RunningHost([_i2c]);
        host.CreateDomain(5);
        var run = await host.ToolAsync("attach", "-d", "5");
        Assert.NotEqual(0, run.Code);
        Assert.Contains(
            "the device has no key 'devices', and serve has no --device-list: say which chips the guest gets; example:",
            run.Error,
            StringComparison.Ordinal);
        Assert.Empty(host.Texts);

        _i2c.Configure(Serve(_i2c, "-l", "1:0x68"));
        host.CreateDomain(6);
        await host.AttachAsync("-d", "6");
        Assert.Equal(["1:0x68"], host.Texts);
    }

    [Fact]
    public async Task Guest_has_its_lines_in_its_order()
    {
        await using var host = new RunningHost([_gpio]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("-d", "5", "-l", "0:2:0");
        Assert.Equal(["chip, lines 2, 0"], host.Texts);
        var driver = new GpioDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        Assert.Equal(["button", "lamp"], driver.ReadNames());
        Assert.Equal(GpioStatus.Ok, driver.SetDirection(1, GpioDirection.Output));
        Assert.Equal(GpioStatus.Ok, driver.SetValue(1, isHigh: true));
        Assert.True(_bank.IsHigh(0));
        Assert.Equal(GpioStatus.Ok, driver.SetDirection(0, GpioDirection.Input));
        Assert.Equal(GpioStatus.Ok, driver.SetInterruptType(0, GpioInterruptType.BothEdges));
        driver.Unmask(0);
        _bank.Drive(2, high: true);
        Assert.Equal((0, GpioEventStatus.Valid), driver.WaitEvent());
    }

    [Fact]
    public async Task Guest_gets_random_bytes_as_fast_as_its_keys_say()
    {
        await using var host = new RunningHost([_rng]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("-d", "5", "--rate", "1000", "--burst", "32");
        Assert.Equal(["getrandom, 1000 bytes a second, 32 at once"], host.Texts);
        var driver = new EntropyDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        Assert.InRange(driver.Read(new byte[4096]), 1, 32);
        host.CreateDomain(6);
        await host.AttachAsync("-d", "6");
        Assert.Equal("getrandom, no limit", host.Texts[1]);
    }

    [Fact]
    public async Task Console_carries_text_and_its_link_has_the_guests_numbers()
    {
        await using var host = new RunningHost([_console]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("-d", "5", "--size", "100x30");
        Assert.Equal(["Pty /run/virtio-console/console-5-0"], host.Texts);
        var driver = new ConsoleDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        Assert.Equal((100, 30), (driver.Columns, driver.Rows));
        var end = _ends["/run/virtio-console/console-5-0"];
        driver.Write("login: ");
        Assert.Equal("login: ", Encoding.UTF8.GetString(end.Take()));
        end.Send("root\n");
        Assert.Equal("root\n", Encoding.UTF8.GetString(driver.Read(64)));
    }

    [Fact]
    public async Task Named_ports_have_ends_of_their_own()
    {
        await using var host = new RunningHost([_console]);
        host.CreateDomain(7);
        await host.AttachAsync(
            "-d", "7", "--port", "pty", "--port", "log=unix:/run/%d/log-%n", "--port", "agent=connect:/a", "--port", "x=pty");
        Assert.Equal(
            ["Pty /run/virtio-console/console-7-0; log: Listen /run/7/log-0; agent: Connect /a; x: Pty"
                + " /run/virtio-console/console-7-0-3"],
            host.Texts);
    }

    [Fact]
    public async Task Terminal_of_the_daemon_is_of_one_guest()
    {
        _console.Configure(Serve(_console, "--port", "stdio"));
        await using var host = new RunningHost([_console]);
        var first = host.CreateDomain(5);
        host.CreateDomain(6);
        await host.AttachAsync("-d", "5");
        var run = await host.ToolAsync("attach", "-d", "6");
        Assert.Contains("the daemon's terminal is another guest's console already", run.Error, StringComparison.Ordinal);
        await host.DestroyAsync(first);
        await WaitAsync(() => host.Daemon.Devices.Count == 0);
        host.CreateDomain(7);
        await host.AttachAsync("-d", "7");
    }

    [Fact]
    public async Task Guest_waits_for_an_option_of_serve_that_its_device_was_made_by()
    {
        _i2c.Configure(Serve(_i2c, "-l", "1:0x50"));
        _gpio.Configure(Serve(_gpio, "-l", "0:0"));
        await using var host = new RunningHost([_i2c, _gpio]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("i2c", "-d", "5");
        await host.AttachAsync("gpio", "-d", "5");
        var driver = new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        await host.RestartAsync(() =>
        {
            _i2c.Configure(Serve(_i2c));
            _gpio.Configure(Serve(_gpio));
        });
        Assert.Empty(host.Daemon.Devices);
        _i2c.Configure(Serve(_i2c, "-l", "1:0x50"));
        _gpio.Configure(Serve(_gpio, "-l", "0:0"));
        await WaitAsync(() => host.Daemon.Devices.Count == 2);
        Assert.True(host.Daemon.Devices.Single(static device => device.Id.Number == 0).IsRestored);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(0x50, 3, 0x77)));
    }

    [Fact]
    public async Task Guest_that_waits_for_a_device_goes_on_when_it_is_detached()
    {
        var loggers = new ListLoggers();
        _i2c.Configure(Serve(_i2c, "-l", "1:0x50"));
        await using var host = new RunningHost([_i2c, _rng], loggers);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("i2c", "-d", "5");
        await host.AttachAsync("rng", "-d", "5");
        var driver = new EntropyDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase + 0x200, FirstIrq + 1));
        await host.RestartAsync(() => _i2c.Configure(Serve(_i2c)));
        var start = Task.Run(() => driver.Start(), TestContext.Current.CancellationToken);
        Assert.Contains(loggers.Warnings, static text => text.Contains(
            "its guest waits, and it is tried again; detach the device, and the guest goes on without it", StringComparison.Ordinal));
        Assert.False(start.IsCompleted);
        Assert.Equal(0, (await host.ToolAsync("detach", "-d", "5", "--kind", "i2c")).Code);
        await start;
        Assert.Equal(16, driver.Read(new byte[16]));
    }

    [Fact]
    public async Task Two_names_of_an_adapter_are_one_bus()
    {
        await using var host = new RunningHost([_i2c]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("-d", "5", "-l", "1:0x50,i2c-1:0x68");
        Assert.Equal(1, _i2c.OpenBuses);
        var driver = new I2cDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        Assert.Equal(
            [I2cRequestStatus.Ok, I2cRequestStatus.Ok], driver.Transfer(Write(0x50, 1, 2), Write(0x68, 0)));
        Assert.Equal((0, ""), ((await host.ToolAsync("detach", "-d", "5")) is { } run ? (run.Code, run.Error) : default));
        Assert.Equal(0, _i2c.OpenBuses);
    }

    [Fact]
    public async Task Console_keeps_the_ports_that_serve_gave_it_first()
    {
        await using var host = new RunningHost([_console]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("-d", "5");
        var driver = new ConsoleDriver(new SimulatedGuest(domain).AddMmioDriver(FirstBase, FirstIrq));
        driver.Start();
        await host.RestartAsync(() => _console.Configure(Serve(_console, "--port", "pty", "--port", "log=pty")));
        var served = Assert.Single(host.Daemon.Devices);
        Assert.Equal(("Pty /run/virtio-console/console-5-0", true), (served.Host.Text, served.IsRestored));
        driver.Write("hello");
        Assert.Equal("hello", Encoding.UTF8.GetString(_ends["/run/virtio-console/console-5-0"].Take()));
        host.CreateDomain(6);
        await host.AttachAsync("-d", "6");
        Assert.Contains(host.Texts, static text => text.Contains("log: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pty:/run/c", "pty:/run/c")]
    [InlineData("pty:/run/c", "unix:/run//c")]
    [InlineData("unix:/run/%n", "connect:/run/0")]
    public async Task Two_guests_do_not_have_one_path(string mine, string other)
    {
        await using var host = new RunningHost([_console]);
        var domain = host.CreateDomain(5);
        host.CreateDomain(6);
        await host.AttachAsync("-d", "5", "--port", mine);
        var run = await host.ToolAsync("attach", "-d", "6", "--port", other);
        Assert.Equal(1, run.Code);
        Assert.EndsWith(" is domain 5's already; put %d into it\n", run.Error, StringComparison.Ordinal);
        await host.DestroyAsync(domain);
        host.CreateDomain(7);
        // The guest that is gone may not have been let go of yet.
        await host.AttachAsync("-d", "7", "--port", other);
    }

    [Fact]
    public async Task All_kinds_serve_a_guest_together()
    {
        await using var host = new RunningHost([_i2c, _gpio, _rng, _console]);
        var domain = host.CreateDomain(5);
        await host.AttachAsync("i2c", "-d", "5", "-l", "1:0x50");
        await host.AttachAsync("gpio", "-d", "5", "-l", "0:0");
        await host.AttachAsync("rng", "-d", "5");
        await host.AttachAsync("console", "-d", "5", "--port", "pty:/c");
        Assert.Equal(4, host.Texts.Length);
        Assert.Equal(1, domain.ServerCount);
        var guest = new SimulatedGuest(domain);
        var windows = Enumerable.Range(0, 4).Select(i => guest.AddMmioDriver(FirstBase + (ulong)(i * 0x200), FirstIrq + i)).ToArray();
        var (i2c, gpio, rng, console) = (
            new I2cDriver(windows[0]), new GpioDriver(windows[1]), new EntropyDriver(windows[2]), new ConsoleDriver(windows[3]));
        i2c.Start();
        gpio.Start();
        rng.Start();
        console.Start();
        for (var round = 0; round < 20; round++)
        {
            Assert.Equal([I2cRequestStatus.Ok], i2c.Transfer(Write(0x50, 1, (byte)round)));
            Assert.Equal(GpioStatus.Ok, gpio.SetDirection(0, GpioDirection.Output));
            Assert.Equal(GpioStatus.Ok, gpio.SetValue(0, round % 2 == 0));
            Assert.Equal(16, rng.Read(new byte[16]));
            console.Write("x");
        }

        Assert.Equal(19, _eeprom.Content[1]);
        Assert.Equal(20, _ends["/c"].Take().Length);
        var list = await host.ToolAsync("list");
        Assert.All((string[])["1:0x50", "0:0", "pty:/c"], text => Assert.Contains(text, list.Out, StringComparison.Ordinal));
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!condition())
            await Task.Delay(5, limit.Token);
    }

    private static ParseResult Serve(IDeviceKind kind, params string[] words)
    {
        var command = new Command("serve");
        foreach (var option in kind.ServeOptions)
            command.Options.Add(option);
        return command.Parse(words);
    }

    private static I2cMessage Write(int address, params byte[] data) => new(new I2cAddress(address), IsRead: false, data);

    private HostEnd OpenEnd(PortTarget target, string path)
    {
        var end = new SimulatedConsoleEnd();
        _ends[path] = end;
        return new HostEnd(end, $"{target} {path}");
    }
}
