using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioGpio.Simulation;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec;

namespace VirtioGpio;

/// <summary>GPIO chips, with the lines of a chip of the host that each guest is given.</summary>
public sealed class GpioKind : IDeviceKind
{
    /// <summary>The key of the back end's directory that has chip and lines, as the option does.</summary>
    public const string LinesKey = "lines";

    private const string Long = "--device-list";
    private const string Short = "-l";

    private readonly Option<GpioLineList?> _serveList;
    private readonly Option<GpioLineList?> _attachList;
    private GpioLineList? _default;

    /// <summary>Makes the kind.</summary>
    /// <param name="serveOption">Name of the option of <c>serve</c>; that of <c>attach</c> is always
    /// <c>--device-list</c>.</param>
    /// <param name="alias">Another name of it; null for none.</param>
    public GpioKind(string serveOption = Long, string? alias = Short)
    {
        _serveList = List(
            serveOption, alias, "Lines for a guest whose device does not say any itself, such as one that libxl makes.");
        _attachList = List(Long, Short, "The lines that the guest gets; without it, those that serve was given.");
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
    public IReadOnlyList<Option> ServeOptions => [_serveList];

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => [_attachList];

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
        _default = serve.GetValue(_serveList);
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        ArgumentNullException.ThrowIfNull(attach);
        if (attach.GetValue(_attachList) is not { } list)
            return [];
        using var bank = OpenBank(list, NullLogger.Instance);
        Check(list, bank);
        return [new(LinesKey, list.ToString())];
    }

    /// <inheritdoc/>
    public string Describe(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key(LinesKey) ?? $"as serve {_serveList.Name} says";
    }

    /// <inheritdoc/>
    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(context);
        var logger = context.Logging.CreateLogger("VirtioGpio");
        var list = ListOf(device);
        var bank = OpenBank(list, logger);
        try
        {
            Check(list, bank);
            var chip = new GpioDevice(bank.Bank, OptionsOf(list), logger);
            var lines = list.Lines.Count == 0
                ? $"all {bank.Bank.LineCount} lines"
                : $"lines {string.Join(", ", list.Lines)}";
            return new HostedGpio(chip, bank, $"{bank.Text}, {lines}");
        }
        catch (ArgumentException error)
        {
            bank.Dispose();
            throw new UsageException($"{bank.Text} cannot be given to a guest: {error.Message}");
        }
        catch
        {
            bank.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IDeviceSimulation CreateSimulation(ParseResult serve, TextWriter output) => new GpioSimulation(output);

    private static GpioDeviceOptions OptionsOf(GpioLineList list) =>
        new() { Lines = list.Lines.Count == 0 ? null : list.Lines };

    private static void Check(GpioLineList list, HostBank bank)
    {
        if (list.Lines.Any(line => line >= bank.Bank.LineCount))
        {
            throw new UsageException($"{bank.Text} has {bank.Bank.LineCount} lines, 0 to {bank.Bank.LineCount - 1}, and no"
                + $" line {list.Lines.First(line => line >= bank.Bank.LineCount)}; gpioinfo shows them");
        }
    }

    private GpioLineList ListOf(BackendDevice device)
    {
        if (device[LinesKey] is not { } text)
        {
            // Not a UsageException: a guest that has the device already waits until serve has the option again.
            return _default ?? throw new IOException(
                $"the device has no key '{LinesKey}', and serve has no {_serveList.Name}: say which lines the guest gets;"
                + $" example: {GpioLineList.Example}");
        }

        return GpioLineList.TryParse(text, out var list, out var complaint)
            ? list
            : throw new UsageException($"key '{LinesKey}': {complaint}");
    }

    private static Option<GpioLineList?> List(string name, string? alias, string description)
    {
        var option = new Option<GpioLineList?>(name, alias is null ? [] : [alias])
        {
            Description = $"{description} CHIP is a GPIO chip of the host (0, gpiochip0, /dev/gpiochip0 or its label); the"
                + " first LINE is the guest's line 0; without lines, all.",
            HelpName = "CHIP[:LINE]...",
        };
        option.CustomParser = argument =>
        {
            if (GpioLineList.TryParse(argument.Tokens[0].Value, out var list, out var complaint))
                return list;
            argument.AddError($"{name}: {complaint}");
            return null;
        };
        return option;
    }
}
