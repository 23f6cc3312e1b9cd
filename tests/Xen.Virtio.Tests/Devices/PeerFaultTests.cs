using System;
using Xen.Testing.Gpio;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// Faults that were found in other backends for Xen: each has its name here. What there is to know of each more exactly is in
/// the tests of the device, the queue or the transport.
/// </summary>
public sealed class PeerFaultTests : IDisposable
{
    private const ulong Nowhere = 0x9000_0000;
    private const ulong Header = 0x50_0000;
    private const ulong Status = 0x52_0000;
    private const DeviceStatus Negotiating = DeviceStatus.Acknowledge | DeviceStatus.Driver;

    private static readonly I2cAddress s_chip = new(0x50);
    private static readonly I2cAddress s_absent = new(0x31);

    private readonly RecordingBus _bus = new() { Absent = { s_absent } };
    private readonly TransportBench _bench;
    private readonly I2cDriver _driver;

    public PeerFaultTests()
    {
        _bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        _driver = new I2cDriver(_bench.Guest);
        _driver.Start();
    }

    private GuestDriver Guest => (GuestDriver)_bench.Guest;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Malformed_chain_does_not_abort_the_batch()
    {
        for (var i = 0; i < 20; i++)
        {
            if (i % 3 == 1)
                _driver.Queue.Add(new(Nowhere, 8, false), new(Status, 1, true));
            else if (i % 3 == 2)
                _driver.Queue.Add(new GuestBuffer(Status, 1, true), new GuestBuffer(Header, 8, false));
            else
                _driver.Add(Write((byte)i), hasNext: false);
        }

        _driver.Notify();
        for (var i = 0; i < 20; i++)
            _bench.Guest.WaitUsed(_driver.Queue);
        Assert.Equal(["50w00", "50w03", "50w06", "50w09", "50w0c", "50w0f", "50w12"], _bus.Transfers);
    }

    [Theory]
    [InlineData(65536u)]
    [InlineData(256u << 20)]
    [InlineData(0xffff_fff0u)]
    public void Length_from_the_guest_is_not_allocated(uint length)
    {
        var allocated = 0L;
        _bus.During = () => allocated = GC.GetAllocatedBytesForCurrentThread();
        _bus.IsForgetful = true;
        for (var i = 0; i < 5; i++)
            AskFor(Nowhere, length);
        AssertServes();
        var before = allocated;

        // The runtime itself may allocate now and then, 8 KiB at once.
        for (var i = 0; i < 100; i++)
            AskFor(Nowhere, length);
        AssertServes();
        Assert.InRange(allocated - before, 0, 32 << 10);
    }

    [Theory]
    [InlineData(65536u)]
    [InlineData(65537u)]
    [InlineData(0x2_0004u)]
    public void Length_is_not_cut_to_16_bits(uint length)
    {
        Assert.Equal(I2cRequestStatus.Error, AskFor(0x10_0000, length));
        Assert.Empty(_bus.Transfers);
        AssertServes();
    }

    [Fact]
    public void Chip_that_does_not_answer_does_not_fail_unrelated_requests()
    {
        _driver.Add(Write(1), hasNext: false);
        _driver.Add(new I2cMessage(s_absent, IsRead: false, new byte[] { 2 }), hasNext: true);
        _driver.Add(Write(3), hasNext: false);
        _driver.Add(Write(4), hasNext: false);
        Assert.Equal(
            [I2cRequestStatus.Ok, I2cRequestStatus.Error, I2cRequestStatus.Error, I2cRequestStatus.Ok], _driver.Await());
    }

    [Fact]
    public void Queue_is_not_one_transfer()
    {
        for (byte i = 0; i < 3; i++)
            _driver.Add(Write(i), hasNext: false);
        Assert.All(_driver.Await(), status => Assert.Equal(I2cRequestStatus.Ok, status));
        Assert.Equal(["50w00", "50w01", "50w02"], _bus.Transfers);
    }

    [Fact]
    public void Ten_bit_address_is_decoded()
    {
        var chip = new I2cAddress(0x150, isTenBit: true);
        Assert.Equal([I2cRequestStatus.Ok], _driver.Transfer(new I2cMessage(chip, IsRead: false, new byte[] { 1 })));
        Assert.Equal(["150w01"], _bus.Transfers);
    }

    [Fact]
    public void Unknown_register_and_unknown_feature_word_are_answered()
    {
        Guest.ReadRegister((MmioRegister)0x0cc);
        Guest.WriteRegister((MmioRegister)0x0cc, 1);
        Guest.WriteRegister(MmioRegister.DeviceFeaturesSel, 2);
        Assert.Equal(0u, Guest.ReadRegister(MmioRegister.DeviceFeatures));
        Guest.WriteRegister(MmioRegister.DeviceFeaturesSel, uint.MaxValue);
        Assert.Equal(0u, Guest.ReadRegister(MmioRegister.DeviceFeatures));
        AssertServes();
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(uint.MaxValue)]
    public void Queue_that_is_not_there_may_be_selected(uint queue)
    {
        Guest.SelectedQueue = queue;
        Assert.Equal(0u, Guest.QueueMaxSize);
        Guest.WriteQueue(8, 0x1000, 0x2000, 0x3000);
        Guest.MakeQueueReady();
        Assert.False(Guest.IsQueueReady);
        AssertServes();
    }

    [Fact]
    public void Rings_at_address_0_are_no_panic()
    {
        Guest.Negotiate();
        Guest.SelectedQueue = 0;
        Guest.WriteQueue(8, 0, 0, 0);
        Guest.MakeQueueReady();
        Guest.SetDriverOk();
        Guest.Notify(0);
        _driver.Start();
        AssertServes();
    }

    [Fact]
    public void Reset_is_a_reset_and_another_driver_negotiates_anew()
    {
        Assert.NotEqual(0ul, Guest.Features & VirtioFeatures.EventIndex);
        Guest.Reset();
        Assert.Equal(DeviceStatus.None, Guest.Status);
        Guest.SelectedQueue = 0;
        Assert.False(Guest.IsQueueReady);

        // A driver that knows less: what the first one accepted is forgotten, or the queue would speak of events.
        _driver.Start(I2cFeatures.ZeroLengthRequest);
        Assert.Equal(0ul, Guest.Features & VirtioFeatures.EventIndex);
        AssertServes();
    }

    [Fact]
    public void Feature_words_may_come_in_either_order()
    {
        const ulong Features = VirtioFeatures.Version1 | I2cFeatures.ZeroLengthRequest;
        foreach (var word in (uint[])[0, 1])
        {
            Guest.Reset();
            Guest.Status = Negotiating;
            foreach (var selected in (uint[])[word, 1 - word])
            {
                Guest.WriteRegister(MmioRegister.DriverFeaturesSel, selected);
                Guest.WriteRegister(MmioRegister.DriverFeatures, (uint)(Features >> (32 * (int)selected)));
            }

            Guest.Status = Negotiating | DeviceStatus.FeaturesOk;
            Assert.Equal(Negotiating | DeviceStatus.FeaturesOk, Guest.Status);
        }
    }

    [Fact]
    public void Change_of_the_configuration_is_an_interrupt_of_its_own_and_a_new_generation()
    {
        var device = new ConsoleDevice(new Testing.Console.SimulatedConsoleEnd());
        using var bench = new TransportBench(TransportKind.Mmio, device);
        bench.Guest.Negotiate();
        bench.Guest.SetUpQueue(0);
        bench.Guest.SetDriverOk();
        var generation = bench.Guest.ConfigGeneration;
        device.Resize(100, 30);
        Assert.Equal(InterruptCauses.ConfigChange, bench.Guest.TakeInterrupt());
        Assert.NotEqual(generation, bench.Guest.ConfigGeneration);
    }

    [Fact]
    public void Two_requests_of_one_buffer_each_end_on_their_own()
    {
        // One header for both: nothing of a request is kept from one to the next.
        new I2cRequestHeader(s_chip.Encode(), I2cRequestFlags.Read).Format(_bench.Memory.Span(Header, 8));
        _driver.Queue.Add(new(Header, 8, false), new(Status + 8, 1, true), new(Status, 1, true));
        _driver.Queue.Add(new(Header, 8, false), new(Status + 16, 3, true), new(Status + 1, 1, true));
        _driver.Notify();
        Assert.Equal(2u, Guest.WaitUsed(_driver.Queue).Length);
        Assert.Equal(4u, Guest.WaitUsed(_driver.Queue).Length);
        Assert.Equal(["50r1", "50r3"], _bus.Transfers);
    }

    [Fact]
    public void Unknown_gpio_request_is_answered_and_a_line_out_of_range_is_no_panic()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(new SimulatedGpioBank("a", "b")));
        var guest = new GpioGuest(bench.Guest);
        Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask((GpioMessage)0xffff, 0));
        foreach (var message in Enum.GetValues<GpioMessage>())
        {
            if (message != GpioMessage.GetNames)
                Assert.Equal((GpioStatus.Error, (byte)0), guest.Ask(message, 0xffff));
        }

        guest.Unmask(0xfffe);
        Assert.Equal((0xfffe, GpioEventStatus.Invalid), guest.AwaitEvent());
        Assert.Equal(GpioStatus.Ok, guest.Ask(GpioMessage.GetValue, 1).Status);
    }

    private static I2cMessage Write(byte value) => new(s_chip, IsRead: false, new[] { value });

    // A read of that many bytes to that place; how it ended.
    private I2cRequestStatus AskFor(ulong place, uint length)
    {
        new I2cRequestHeader(s_chip.Encode(), I2cRequestFlags.Read).Format(_bench.Memory.Span(Header, 8));
        _bench.Memory.Span(Status, 1)[0] = 0xee;
        _driver.Queue.Add(new(Header, 8, false), new(place, length, true), new(Status, 1, true));
        _driver.Notify();
        Guest.WaitUsed(_driver.Queue);
        return (I2cRequestStatus)_bench.Memory.Span(Status, 1)[0];
    }

    private void AssertServes() =>
        Assert.Equal([I2cRequestStatus.Ok], _driver.Transfer(new I2cMessage(s_chip, IsRead: false, default)));
}
