using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioGpio.Simulation;
using VirtioHosting;
using VirtioHosting.State;
using VirtioText;
using Xen.DeviceModel;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec;

namespace VirtioGpio;

/// <summary>GPIO chips, with the lines of a chip of the host that each guest is given.</summary>
public sealed class GpioKind : IDeviceKind
{
    /// <summary>The key of the back end's directory that has chip and lines, as the option does.</summary>
    public const string LinesKey = "lines";

    private readonly ListOption<GpioLineList> _list;

    /// <summary>Makes the kind.</summary>
    /// <param name="serveOption">Name of the option of <c>serve</c>; that of <c>attach</c> is always
    /// <c>--device-list</c>.</param>
    /// <param name="alias">Another name of it; null for none.</param>
    public GpioKind(string serveOption = ListOption<GpioLineList>.Long, string? alias = ListOption<GpioLineList>.Short)
    {
        _list = new ListOption<GpioLineList>(LinesKey, "which lines the guest gets", GpioLineList.Example, GpioLineList.TryParse)
        {
            Serve = Create(
                serveOption,
                alias,
                "Lines for a guest whose device does not say any itself, such as one that libxl makes."),
            Attach = Create(
                ListOption<GpioLineList>.Long,
                ListOption<GpioLineList>.Short,
                "The lines that the guest gets; without it, those that serve was given."),
        };
    }

    /// <inheritdoc/>
    public string Name => "gpio";

    /// <inheritdoc/>
    public string Noun => "GPIO chip";

    /// <inheritdoc/>
    public string Plural => "GPIO chips";

    /// <inheritdoc/>
    public BackendKind Backend { get; } =
        BackendKind.Virtio with { Types = [BackendKind.VirtioType((int)VirtioDeviceId.Gpio)] };

    /// <inheritdoc/>
    public IReadOnlyList<Option> ServeOptions => [_list.Serve];

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => [_list.Attach];

    /// <inheritdoc/>
    public IReadOnlyList<string> AttachExamples { get; } =
    [
        "--domain web --device-list 0:4:17",
        "--domain web --device-list gpiochip1",
    ];

    /// <summary>Opens a chip of the host for one guest.</summary>
    internal Func<GpioLineList, ILogger, HostBank> OpenBank { get; init; } = HostBank.Open;

    /// <inheritdoc/>
    public void Configure(ParseResult serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        _list.Configure(serve);
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        ArgumentNullException.ThrowIfNull(attach);
        if (attach.GetValue(_list.Attach) is not { } list)
            return [];
        using var bank = OpenBank(list, NullLogger.Instance);
        Check(list, bank);
        return _list.KeysOf(list);
    }

    /// <inheritdoc/>
    public string Describe(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _list.Describe(key);
    }

    /// <inheritdoc/>
    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(context);
        var logger = context.Logging.CreateLogger("VirtioGpio");
        var list = _list.Of(device);
        var bank = OpenBank(list, logger);
        WordFile? notes = null;
        try
        {
            Check(list, bank);
            notes = OpenNotes(list, bank, context);
            var chip = new GpioDevice(bank.Bank, OptionsOf(list, notes), logger);
            var lines = list.Lines.Count == 0
                ? $"all {bank.Bank.LineCount} lines"
                : $"lines {string.Join(", ", list.Lines)}";
            return new HostedGpio(chip, bank, notes, $"{bank.Text}, {lines}");
        }
        catch (ArgumentException error)
        {
            notes?.Dispose();
            bank.Dispose();
            throw new UsageException($"{bank.Text} cannot be given to a guest: {error.Message}");
        }
        catch
        {
            notes?.Dispose();
            bank.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IDeviceSimulation CreateSimulation(ParseResult serve, TextWriter output) => new GpioSimulation(output);

    private static WordFile OpenNotes(GpioLineList list, HostBank bank, HostedDeviceContext context) => WordFile.Open(
        context.RecoveryPath, GpioDevice.NoteCount(list.Lines.Count == 0 ? bank.Bank.LineCount : list.Lines.Count));

    private static GpioDeviceOptions OptionsOf(GpioLineList list, WordFile notes) =>
        new() { Lines = list.Lines.Count == 0 ? null : list.Lines, Notes = notes };

    private static void Check(GpioLineList list, HostBank bank)
    {
        if (list.Lines.Any(line => line >= bank.Bank.LineCount))
        {
            throw new UsageException($"{bank.Text} has {bank.Bank.LineCount} lines, 0 to {bank.Bank.LineCount - 1}, and no"
                + $" line {list.Lines.First(line => line >= bank.Bank.LineCount)}; gpioinfo shows them");
        }
    }

    private static Option<GpioLineList?> Create(string name, string? alias, string description) =>
        ListOption<GpioLineList>.Create(
            name,
            alias,
            "CHIP[:LINE]...",
            $"{description} CHIP is a GPIO chip of the host (0, gpiochip0, /dev/gpiochip0 or its label); the"
                + " first LINE is the guest's line 0; without lines, all.",
            GpioLineList.TryParse);
}
