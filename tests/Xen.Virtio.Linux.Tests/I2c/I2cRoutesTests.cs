using System;
using System.Collections.Generic;
using Xen.Testing.I2c;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;
using Xen.Virtio.Spec.I2c;
using static Xen.Virtio.Linux.Tests.I2c.I2cMessages;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>Several buses behind one adapter of a guest.</summary>
public sealed class I2cRoutesTests : IDisposable
{
    private readonly CountedBus _first = new();
    private readonly CountedBus _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Message_goes_to_the_bus_of_its_address()
    {
        using var routes = Create();
        Assert.Equal(2, routes.Transfer([Write(0x50, 1), Write(0x51, 1)]));
        Assert.Equal(1, routes.Transfer([Write(0x52, 1)]));
        Assert.Equal(1, routes.Transfer([WriteTen(0x50, 1)]));
        Assert.Equal([2], _first.Transfers);
        Assert.Equal([1, 1], _second.Transfers);
    }

    [Fact]
    public void Group_ends_before_the_first_message_to_another_bus()
    {
        using var routes = Create();
        Assert.Equal(2, routes.Transfer([Write(0x50, 1), Write(0x51, 1), Write(0x52, 1), Write(0x50, 1)]));
        Assert.Equal([2], _first.Transfers);
        Assert.Empty(_second.Transfers);
    }

    [Fact]
    public void Address_without_a_bus_fails()
    {
        using var routes = Create();
        Assert.Equal(0, routes.Transfer([Write(0x53, 1)]));
        Assert.Equal(1, routes.Transfer([Write(0x50, 1), Write(0x53, 1)]));
        Assert.Equal(0, routes.Transfer([]));
        Assert.Equal([1], _first.Transfers);
    }

    [Fact]
    public void Filter_allows_the_addresses_that_have_a_bus()
    {
        using var routes = Create();
        Assert.True(routes.Filter.Allows(new I2cAddress(0x50)));
        Assert.True(routes.Filter.Allows(new I2cAddress(0x50, isTenBit: true)));
        Assert.False(routes.Filter.Allows(new I2cAddress(0x53)));
        Assert.False(routes.Filter.Allows(new I2cAddress(0x51, isTenBit: true)));
    }

    [Fact]
    public void Buses_are_disposed_of_once()
    {
        var bus = new SimulatedI2cBus();
        var routes = new I2cRoutes(new Dictionary<I2cAddress, II2cBus>
        {
            [new(1)] = _first,
            [new(2)] = _first,
            [new(3)] = bus,
        });
        routes.Dispose();
        Assert.Equal(1, _first.Disposals);
    }

    private I2cRoutes Create() => new(new Dictionary<I2cAddress, II2cBus>
    {
        [new(0x50)] = _first,
        [new(0x51)] = _first,
        [new(0x52)] = _second,
        [new(0x50, isTenBit: true)] = _second,
    });

    private sealed class CountedBus : II2cBus, IDisposable
    {
        public List<int> Transfers { get; } = [];

        public int Disposals { get; private set; }

        public int Transfer(ReadOnlySpan<I2cMessage> messages)
        {
            Transfers.Add(messages.Length);
            return messages.Length;
        }

        public void Dispose() => Disposals++;
    }
}
