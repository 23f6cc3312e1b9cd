using System.CommandLine;
using System.IO;
using System.Linq;
using VirtioConsole;
using VirtioGpio;
using VirtioHosting;
using VirtioI2c;
using VirtioRng;
using Xen.Testing.Gpio;
using Xen.Testing.I2c;

namespace VirtioDevices.Tests;

/// <summary>What options make of keys, and what people are shown of keys.</summary>
public sealed class KindOptionTests
{
    private readonly I2cKind _i2c = new() { OpenBus = static (name, _) => OpenBus(name) };
    private readonly GpioKind _gpio = new() { OpenBank = static (_, _) => new HostBank(new SimulatedGpioBank("a", "b"), "chip") };
    private readonly RngKind _rng = new();
    private readonly ConsoleKind _console = new();

    [Fact]
    public void Types_are_those_of_libxl() => Assert.Equal(
        ["virtio,device22", "virtio,device29", "virtio,device4", "virtio,device3"],
        ((IDeviceKind[])[_i2c, _gpio, _rng, _console]).Select(static kind => kind.Backend.Types!.Single()));

    [Fact]
    public void I2c_list_is_the_key_devices()
    {
        Assert.Equal("devices=1:0x50:0x68", Keys(_i2c, "-l", "1:80:0x68"));
        Assert.Equal("devices=1:0x50", Keys(_i2c, "--device-list", "1:80"));
        Assert.Equal("", Keys(_i2c));
        Assert.Equal("1:0x50", _i2c.Describe(static name => name == "devices" ? "1:0x50" : null));
        Assert.Equal("as serve --device-list says", _i2c.Describe(static _ => null));
    }

    [Fact]
    public void Adapter_that_is_not_there_cannot_be_attached() =>
        Assert.Throws<IOException>(() => Keys(_i2c, "-l", "1:80,gone:0x20"));

    [Fact]
    public void Gpio_list_is_the_key_lines()
    {
        Assert.Equal("lines=0:1:0", Keys(_gpio, "-l", "0:1:0"));
        Assert.Equal("lines=0", Keys(_gpio, "--device-list", "0"));
        Assert.Equal("", Keys(_gpio));
        Assert.Equal("as serve --device-list says", _gpio.Describe(static _ => null));
        var error = Assert.Throws<UsageException>(() => Keys(_gpio, "-l", "0:1:2"));
        Assert.Equal("chip has 2 lines, 0 to 1, and no line 2; gpioinfo shows them", error.Message);
    }

    [Fact]
    public void Rng_limit_is_the_keys_rate_and_burst()
    {
        Assert.Equal("rate=4096 burst=16", Keys(_rng, "--rate", "4096", "--burst", "16"));
        Assert.Equal("rate=0", Keys(_rng, "--rate", "0"));
        Assert.Equal("", Keys(_rng));
        Assert.Equal(
            "--burst is of a limit: say --rate too, like --rate 4096",
            Assert.Throws<UsageException>(() => Keys(_rng, "--burst", "16")).Message);
        Assert.Equal(
            "--burst is of a limit, and --rate 0 is none: leave one of them away",
            Assert.Throws<UsageException>(() => Keys(_rng, "--rate", "0", "--burst", "16")).Message);
        Assert.Equal("4 bytes a second, 4 at once", _rng.Describe(static name => name == "rate" ? "4" : null));
        Assert.Equal("as serve --rate says", _rng.Describe(static _ => null));
    }

    [Fact]
    public void Console_ports_are_one_key_and_the_size_another()
    {
        Assert.Equal(
            "ports=pty,log=unix:/run/log-%d size=100x30",
            Keys(_console, "--port", "pty", "--port", "log=unix:/run/log-%d", "--size", "100x30"));
        Assert.Equal("", Keys(_console));
        Assert.Equal("pty:/x", _console.Describe(static name => name == "ports" ? "pty:/x" : null));
        Assert.Equal(
            "stdio is the daemon's own terminal: it is for serve --port stdio, with one guest",
            Assert.Throws<UsageException>(() => Keys(_console, "--port", "stdio")).Message);
    }

    [Theory]
    [InlineData("-l", "1", "--device-list: '1' at character 1: expected addresses of chips after the adapter, as in BUS:ADDR:ADDR;"
        + " example: 1:0x50:0x68,i2c-2:0x20")]
    public void Complaint_about_an_option_names_it(string option, string value, string complaint)
    {
        var command = Attach(_i2c);
        Assert.Equal(complaint, Assert.Single(command.Parse([option, value]).Errors).Message);
    }

    [Fact]
    public void Options_of_serve_have_the_names_that_a_program_with_all_kinds_gives_them() => Assert.Equal(
        ["--i2c", "--gpio", "--rng-rate", "--rng-burst", "--console-port", "--console-size"],
        VirtioHost.AllKinds.Create().Kinds.Where(static kind => kind.Name != "disk")
            .SelectMany(static kind => kind.ServeOptions).Select(static option => option.Name));

    private static HostBus OpenBus(string name) => name == "gone"
        ? throw new IOException("there is no adapter 'gone'")
        : new HostBus(name, new SimulatedI2cBus());

    private static string Keys(IDeviceKind kind, params string[] words)
    {
        var parsed = Attach(kind).Parse(words);
        Assert.Empty(parsed.Errors);
        return string.Join(' ', kind.KeysOf(parsed).Select(static key => $"{key.Key}={key.Value}"));
    }

    private static Command Attach(IDeviceKind kind)
    {
        var command = new Command("attach");
        foreach (var option in kind.AttachOptions)
            command.Options.Add(option);
        return command;
    }
}
