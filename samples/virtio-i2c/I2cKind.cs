using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioHosting;
using VirtioI2c.Simulation;
using VirtioText;
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

    private readonly ListOption<I2cDeviceList> _list;
    private readonly BusPool _pool;

    /// <summary>Makes the kind.</summary>
    /// <param name="serveOption">Name of the option of <c>serve</c>; that of <c>attach</c> is always
    /// <c>--device-list</c>.</param>
    /// <param name="alias">Another name of it; null for none.</param>
    public I2cKind(string serveOption = ListOption<I2cDeviceList>.Long, string? alias = ListOption<I2cDeviceList>.Short)
    {
        _list = new ListOption<I2cDeviceList>(DevicesKey, "which chips the guest gets", I2cDeviceList.Example, I2cDeviceList.TryParse)
        {
            Serve = Create(
                serveOption,
                alias,
                "Chips for guests whose devices do not say any themselves, such as those that libxl makes."),
            Attach = Create(
                ListOption<I2cDeviceList>.Long,
                ListOption<I2cDeviceList>.Short,
                "The chips that the guest gets; without it, those that serve was given."),
        };
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
    public IReadOnlyList<Option> ServeOptions => [_list.Serve];

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => [_list.Attach];

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
        _list.Configure(serve);
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        ArgumentNullException.ThrowIfNull(attach);
        if (attach.GetValue(_list.Attach) is not { } list)
            return [];
        foreach (var bus in list.Buses)
            OpenBus(bus, NullLogger.Instance).Dispose();
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
        var logger = context.Logging.CreateLogger("VirtioI2c");
        var list = _list.Of(device);
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

    private static Option<I2cDeviceList?> Create(string name, string? alias, string description) =>
        ListOption<I2cDeviceList>.Create(
            name,
            alias,
            "BUS:ADDR[:ADDR]...[,BUS:ADDR...]",
            $"{description} BUS is an adapter of the host (1, i2c-1, /dev/i2c-1 or its name), ADDR the"
                + " address of a chip, decimal or with 0x, and /10 after it if it has 10 bits.",
            I2cDeviceList.TryParse);
}
