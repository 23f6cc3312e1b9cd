using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>Requests of a broken or hostile driver: each fails alone, and its neighbours are carried out.</summary>
public sealed class HostileI2cDriverTests : IDisposable
{
    private const ulong Nowhere = 0x9000_0000;
    private const ulong Header = 0x50_0000;
    private const ulong Data = 0x51_0000;
    private const ulong Status = 0x52_0000;

    private readonly RecordingBus _bus = new();
    private readonly TransportBench _bench;
    private readonly I2cDriver _driver;

    public HostileI2cDriverTests()
    {
        _bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        _driver = new I2cDriver(_bench.Guest);
        _driver.Start();
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0x00a1, 0u, "bit 0 of the address is set")]
    [InlineData(0x01a0, 0u, "an address of 7 bits has more")]
    [InlineData(0x01f8, 0u, "neither 7 bits nor 10")]
    [InlineData(0x00a0, 4u, "a reserved flag")]
    [InlineData(0x00a0, 0x80000000u, "a reserved flag")]
    public void Header_that_says_nothing_is_an_error(int address, uint flags, string why)
    {
        Place((ushort)address, flags);
        AssertFailsAlone(why, 1, new(Header, 8, false), new(Data, 2, false), new(Status, 1, true));
    }

    [Fact]
    public void Shapes_that_are_no_request_fail_alone()
    {
        Place(0xa0, 0);
        AssertFailsAlone("no header", 1, new GuestBuffer(Status, 1, true));
        AssertFailsAlone("header cut short", 1, new(Header, 7, false), new(Status, 1, true));
        AssertFailsAlone("header outside memory", 1, new(Nowhere, 8, false), new(Status, 1, true));
        AssertFailsAlone("data outside memory", 1, new(Header, 8, false), new(Nowhere, 2, false), new(Status, 1, true));
        AssertFailsAlone(
            "data partly outside memory", 1, new(Header, 8, false), new(Data, 2, false), new(Nowhere, 2, false),
            new(Status, 1, true));
        AssertFailsAlone("a write into a buffer to read", 3, new(Header, 8, false), new(Data, 2, true), new(Status, 1, true));
        AssertFailsAlone("too long", 1, new(Header, 8, false), new(Data, 8193, false), new(Status, 1, true));
        AssertFailsAlone("no status", null, new(Header, 8, false), new(Data, 2, false));
        AssertFailsAlone("status of length 0", null, new(Header, 8, false), new(Status, 0, true));
        AssertFailsAlone("nothing", null, new GuestBuffer(0, 0, false));

        Place(0xa0, (uint)I2cRequestFlags.Read);
        AssertFailsAlone("a read from a buffer to write", 1, new(Header, 8, false), new(Data, 2, false), new(Status, 1, true));
        AssertFailsAlone("too long a read", 8194, new(Header, 8, false), new(Data, 8193, true), new(Status, 1, true));
        AssertFailsAlone(
            "a read of 4 GiB", null, new(Header, 8, false), new(Nowhere, uint.MaxValue - 16, true), new(Status, 1, true));
    }

    [Fact]
    public void Answer_that_is_not_memory_is_not_given()
    {
        Place(0xa0, (uint)I2cRequestFlags.Read);
        _driver.Queue.Add(new(Header, 8, false), new(Data, 1, true), new(Nowhere, 1, true));
        _driver.Queue.Add(new(Header, 8, false), new(Nowhere, 1, true), new(Status, 1, true));
        _driver.Notify();
        Assert.Equal(1u, _bench.Guest.WaitUsed(_driver.Queue).Length);
        Assert.Equal(0u, _bench.Guest.WaitUsed(_driver.Queue).Length);
        Assert.Equal((byte)I2cRequestStatus.Error, _bench.Memory.Span(Status, 1)[0]);
    }

    [Fact]
    public void Loop_of_descriptors_fails_alone()
    {
        var queue = (GuestQueue)_driver.Queue;
        _driver.Add(new I2cMessage(new I2cAddress(0x50), false, new byte[] { 1 }), hasNext: true);
        queue.WriteDescriptor(100, new Descriptor(Header, 8, DescriptorFlags.Next, 100));
        queue.MakeAvailable(100);
        _driver.Add(new I2cMessage(new I2cAddress(0x50), false, new byte[] { 2 }), hasNext: false);
        _driver.Notify();
        var used = Enumerable.Range(0, 3).Select(_ => _bench.Guest.WaitUsed(queue)).ToArray();
        Assert.Equal(new UsedElement(100, 0), used[1]);
        Assert.Equal([1u, 1u], [used[0].Length, used[2].Length]);
        Assert.Equal(["50w01", "50w02"], _bus.Transfers);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Group_that_has_failed_goes_on_over_what_does_not_say_whether_it_ends_it(bool isMalformed, bool isKnown)
    {
        var queue = (GuestQueue)_driver.Queue;
        var absent = new I2cAddress(0x31);
        _bus.Absent.Add(absent);
        _driver.Add(new I2cMessage(absent, false, new byte[] { 1 }), hasNext: true);
        if (isKnown)
            Assert.Equal([I2cRequestStatus.Error], _driver.Await());
        if (isMalformed)
        {
            queue.WriteDescriptor(100, new Descriptor(Header, 8, DescriptorFlags.Next, 100));
            queue.MakeAvailable(100);
        }
        else
        {
            queue.Add(new(Header, 7, false), new(Status, 1, true));
        }

        _driver.Add(new I2cMessage(new I2cAddress(0x50), false, new byte[] { 2 }), hasNext: false);
        _driver.Add(new I2cMessage(new I2cAddress(0x50), false, new byte[] { 3 }), hasNext: false);
        _driver.Notify();
        for (var used = isKnown ? 3 : 4; used > 0; used--)
            _bench.Guest.WaitUsed(queue);
        Assert.Equal(["31w01", "50w03"], _bus.Transfers);
    }

    [Fact]
    public void Bad_request_fails_what_follows_it_in_its_group()
    {
        Place(0xa0, (uint)(I2cRequestFlags.FailNext | I2cRequestFlags.Read));
        _driver.Add(new I2cMessage(new I2cAddress(0x50), false, new byte[] { 1 }), hasNext: true);
        _driver.Queue.Add(new(Header, 8, false), new(Data, 2, false), new(Status, 1, true));
        _driver.Notify();
        _bench.Guest.WaitUsed(_driver.Queue);
        _bench.Guest.WaitUsed(_driver.Queue);
        Assert.Equal((byte)I2cRequestStatus.Error, _bench.Memory.Span(Status, 1)[0]);
        var driver = new I2cDriver(_bench.Guest);
        driver.Start();
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(new I2cMessage(new I2cAddress(0x50), false, default)));
        Assert.Equal(["50w01", "50w"], _bus.Transfers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Request_is_served_in_every_segmentation(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var bytes = _bench.Memory.Span(Header, 12);
            new I2cRequestHeader(0xa0, 0).Format(bytes);
            random.NextBytes(bytes[8..]);
            var buffers = new List<GuestBuffer>();
            for (uint offset = 0; offset < 12;)
            {
                var length = Math.Min((uint)random.Next(0, 6), 12 - offset);
                buffers.Add(new GuestBuffer(Header + offset, length, false));
                offset += length;
            }

            buffers.Add(new GuestBuffer(Status, 1, true));
            _driver.Queue.Add([.. buffers]);
            _driver.Notify();
            Assert.Equal(1u, _bench.Guest.WaitUsed(_driver.Queue).Length);
            Assert.Equal(0, _bench.Memory.Span(Status, 1)[0]);
            Assert.Equal($"50w{Convert.ToHexStringLower(bytes[8..])}", _bus.Transfers[^1]);

            new I2cRequestHeader(0xa0, I2cRequestFlags.Read).Format(bytes);
            var cut = (uint)random.Next(0, 6);
            _driver.Queue.Add(new(Header, 8, false), new(Data, cut, true), new(Data + 100, 6 - cut, true));
            _driver.Notify();
            Assert.Equal(6u, _bench.Guest.WaitUsed(_driver.Queue).Length);
            byte[] answer = [.. _bench.Memory.Span(Data, (int)cut), .. _bench.Memory.Span(Data + 100, 6 - (int)cut)];
            Assert.Equal([0x50, 0x50, 0x50, 0x50, 0x50, 0], answer);
        }
    }

    private void Place(ushort address, uint flags) =>
        new I2cRequestHeader(address, (I2cRequestFlags)flags).Format(_bench.Memory.Span(Header, 8));

    // Between two good requests. The length is that of an answered request; null for one that cannot be answered.
    private void AssertFailsAlone(string why, uint? length, params ReadOnlySpan<GuestBuffer> buffers)
    {
        var before = _bus.Transfers.Length;
        _bench.Memory.Span(Status, 1)[0] = 0xee;
        var mark = _bench.Guest.Allocator.Position;
        var good = new I2cMessage(new I2cAddress(0x50), false, new byte[] { 9 });
        _driver.Add(good, hasNext: false);
        _driver.Queue.Add(buffers);
        _driver.Add(good, hasNext: false);
        _driver.Notify();
        Assert.Equal(1u, _bench.Guest.WaitUsed(_driver.Queue).Length);
        var used = _bench.Guest.WaitUsed(_driver.Queue);
        Assert.Equal(1u, _bench.Guest.WaitUsed(_driver.Queue).Length);
        if (length is { } expected)
        {
            Assert.True(expected == used.Length, why);
            Assert.True(_bench.Memory.Span(Status, 1)[0] == (byte)I2cRequestStatus.Error, why);
        }

        Assert.True(_bus.Transfers.Length == before + 2, why);
        _bench.Guest.Allocator.Position = mark;
    }
}
