using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioHosting;
using VirtioI2c.Simulation;
using Xen.DeviceModel;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.I2c;

namespace VirtioI2c;

/// <summary>I2C adapters, with the chips of the host's adapters that each guest is given.</summary>
public sealed class I2cKind : IDeviceKind
{
    /// <summary>The key of the back end's directory that has the chips, as the option does.</summary>
    public const string DevicesKey = "devices";

    private const string Long = "--device-list";
    private const string Short = "-l";

    private readonly Option<I2cDeviceList?> _serveList;
    private readonly Option<I2cDeviceList?> _attachList;
    private readonly BusPool _pool;
    private I2cDeviceList? _default;

    /// <summary>Makes the kind.</summary>
    /// <param name="serveOption">Name of the option of <c>serve</c>; that of <c>attach</c> is always
    /// <c>--device-list</c>.</param>
    /// <param name="alias">Another name of it; null for none.</param>
    public I2cKind(string serveOption = Long, string? alias = Short)
    {
        _serveList = List(
            serveOption, alias, "Chips for guests whose devices do not say any themselves, such as those that libxl makes.");
        _attachList = List(Long, Short, "The chips that the guest gets; without it, those that serve was given.");
        _pool = new BusPool((name, logger) => OpenBus(name, logger));
    }

    /// <inheritdoc/>
    public string Name => "i2c";

    /// <inheritdoc/>
    public string Noun => "I2C adapter";

    /// <inheritdoc/>
    public string Plural => "I2C adapters";

    /// <inheritdoc/>
    public BackendKind Backend { get; } =
        BackendKind.Virtio with { Types = [BackendKind.VirtioType((int)VirtioDeviceId.I2cAdapter)] };

    /// <inheritdoc/>
    public IReadOnlyList<Option> ServeOptions => [_serveList];

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => [_attachList];

    /// <inheritdoc/>
    public IReadOnlyList<string> AttachExamples { get; } =
    [
        "--domain web --device-list 1:0x50:0x68",
        "--domain web --device-list 1:0x50,i2c-2:0x20 --transport pci",
    ];

    /// <summary>Opens an adapter of the host.</summary>
    internal Func<string, ILogger, HostBus> OpenBus { get; init; } = static (name, logger) =>
    {
        var bus = LinuxI2cBus.Open(name, logger);
        return new HostBus(bus.Path, bus);
    };

    /// <summary>How many adapters of the host are open.</summary>
    internal int OpenBuses => _pool.Count;

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
        foreach (var bus in list.Buses)
            OpenBus(bus, NullLogger.Instance).Dispose();
        return [new(DevicesKey, list.ToString())];
    }

    /// <inheritdoc/>
    public string Describe(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key(DevicesKey) ?? $"as serve {_serveList.Name} says";
    }

    /// <inheritdoc/>
    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(context);
        var logger = context.Logging.CreateLogger("VirtioI2c");
        var list = ListOf(device);
        var shares = new Dictionary<string, BusPool.BusShare>();
        try
        {
            var routes = new Dictionary<I2cAddress, II2cBus>();
            foreach (var chip in list.Chips)
            {
                if (!shares.TryGetValue(chip.Bus, out var share))
                    shares.Add(chip.Bus, share = Take(chip.Bus, shares.Values, logger));
                share.Claim(chip.Address, device.ToString(), logger);
                routes.Add(chip.Address, share);
            }

            var bus = new I2cRoutes(routes);
            var adapter = new I2cDevice(bus, new I2cDeviceOptions { Addresses = bus.Filter }, logger);
            return new HostedI2c(adapter, list.ToString(), bus);
        }
        catch
        {
            foreach (var share in shares.Values)
                share.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IDeviceSimulation CreateSimulation(ParseResult serve, TextWriter output) => new I2cSimulation(output);

    // Two names of one adapter are one bus: a transfer may have chips by both.
    private BusPool.BusShare Take(string name, IEnumerable<BusPool.BusShare> shares, ILogger logger)
    {
        var share = _pool.Take(name, logger);
        if (shares.FirstOrDefault(other => other.Shared == share.Shared) is not { } same)
            return share;
        share.Dispose();
        return same;
    }

    private I2cDeviceList ListOf(BackendDevice device)
    {
        if (device[DevicesKey] is not { } text)
        {
            // Not a UsageException: a guest that has the device already waits until serve has the option again.
            return _default ?? throw new IOException(
                $"the device has no key '{DevicesKey}', and serve has no {_serveList.Name}: say which chips the guest gets;"
                + $" example: {I2cDeviceList.Example}");
        }

        return I2cDeviceList.TryParse(text, out var list, out var complaint)
            ? list
            : throw new UsageException($"key '{DevicesKey}': {complaint}");
    }

    private static Option<I2cDeviceList?> List(string name, string? alias, string description)
    {
        var option = new Option<I2cDeviceList?>(name, alias is null ? [] : [alias])
        {
            Description = $"{description} BUS is an adapter of the host (1, i2c-1, /dev/i2c-1 or its name), ADDR the"
                + " address of a chip, decimal or with 0x, and /10 after it if it has 10 bits.",
            HelpName = "BUS:ADDR[:ADDR]...[,BUS:ADDR...]",
        };
        option.CustomParser = argument =>
        {
            if (I2cDeviceList.TryParse(argument.Tokens[0].Value, out var list, out var complaint))
                return list;
            argument.AddError($"{name}: {complaint}");
            return null;
        };
        return option;
    }
}
