using System;
using System.Linq;
using System.Threading;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>The I2C adapter, virtio 1.3 §5.18, as a driver finds it.</summary>
public sealed class I2cDeviceTests
{
    private static readonly I2cAddress s_chip = new(0x50);
    private static readonly I2cAddress s_absent = new(0x31);
    private static readonly I2cAddress s_tenBit = new(0x2a5, isTenBit: true);

    private readonly RecordingBus _bus = new() { Absent = { s_absent } };

    public static TheoryData<TransportKind, ulong> Kinds => new MatrixTheoryData<TransportKind, ulong>(
        Enum.GetValues<TransportKind>(), [VirtioDriver.DefaultFeatures, ulong.MaxValue, 0]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Driver_writes_and_reads_a_chip(TransportKind kind, ulong features)
    {
        var bus = new SimulatedI2cBus();
        var eeprom = new SimulatedEeprom();
        bus.Plug(s_chip, eeprom);
        using var bench = new TransportBench(kind, new I2cDevice(bus));
        var driver = Start(bench, features | I2cFeatures.ZeroLengthRequest);

        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_chip, 0x10, 1, 2, 3)));
        var data = new byte[5];
        Assert.Equal(
            [I2cRequestStatus.Ok, I2cRequestStatus.Ok], driver.Transfer(Write(s_chip, 0x0f), Read(s_chip, data)));
        Assert.Equal([0xff, 1, 2, 3, 0xff], data);
        Assert.Equal([1, 2, 3], eeprom.Content.Slice(0x10, 3).ToArray());
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Write(s_absent, 1)));
    }

    [Fact]
    public void Driver_that_does_not_accept_zero_length_requests_is_refused()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        Assert.Throws<InvalidOperationException>(() => bench.Guest.Negotiate(0));
        Assert.False(bench.Guest.Status.HasFlag(DeviceStatus.FeaturesOk));
        Start(bench);
    }

    [Fact]
    public void Patience_is_a_time_that_can_be_waited()
    {
        foreach (var good in (TimeSpan[])[TimeSpan.Zero, Timeout.InfiniteTimeSpan, TimeSpan.FromMilliseconds(int.MaxValue)])
            _ = new I2cDevice(_bus, new I2cDeviceOptions { GroupPatience = good });
        foreach (var bad in (TimeSpan[])[TimeSpan.FromMilliseconds(-2), TimeSpan.FromMilliseconds(1L << 31), TimeSpan.MinValue])
        {
            Assert.StartsWith("patience ", Assert.Throws<ArgumentException>(
                () => new I2cDevice(_bus, new I2cDeviceOptions { GroupPatience = bad })).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Probe_has_no_data_in_either_direction()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        var driver = Start(bench);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_chip)));
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Read(s_chip, [])));
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Write(s_absent)));
        Assert.Equal(["50w", "50r0", "31w"], _bus.Transfers);
    }

    [Fact]
    public void Address_of_ten_bits_is_not_one_of_seven()
    {
        _bus.Absent.Add(new I2cAddress(0x25));
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        var driver = Start(bench);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_tenBit, 7)));
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(new I2cAddress(0x25, isTenBit: true), 7)));
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Write(new I2cAddress(0x25), 7)));
        Assert.Equal(["2a5w07", "25w07", "25w07"], _bus.Transfers);
    }

    [Fact]
    public void Group_is_one_transfer_and_the_next_group_another()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        var driver = Start(bench);
        driver.Add(Write(s_chip, 1), hasNext: true);
        driver.Add(Read(s_chip, new byte[2]), hasNext: false);
        driver.Add(Write(s_chip, 2), hasNext: false);
        driver.Add(Write(s_chip, 3), hasNext: true);
        driver.Add(Write(s_tenBit, 4), hasNext: true);
        driver.Add(Read(s_chip, new byte[1]), hasNext: false);
        Assert.All(driver.Await(), status => Assert.Equal(I2cRequestStatus.Ok, status));
        Assert.Equal(["50w01 50r2", "50w02", "50w03 2a5w04 50r1"], _bus.Transfers);
    }

    [Fact]
    public void Group_that_comes_one_by_one_is_one_transfer()
    {
        var options = new I2cDeviceOptions { GroupPatience = TimeSpan.FromMinutes(5) };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench, I2cFeatures.ZeroLengthRequest);
        driver.Add(Write(s_chip, 1), hasNext: true);
        driver.Notify();
        WaitUntilTaken(driver);
        Assert.Empty(_bus.Transfers);
        driver.Add(Read(s_chip, new byte[2]), hasNext: false);
        Assert.Equal([I2cRequestStatus.Ok, I2cRequestStatus.Ok], driver.Await());
        Assert.Equal(["50w01 50r2"], _bus.Transfers);
    }

    [Fact]
    public void Group_without_an_end_is_carried_out_after_a_while()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        var driver = Start(bench);
        driver.Add(Write(s_chip, 1), hasNext: true);
        Assert.Equal([I2cRequestStatus.Ok], driver.Await());
        driver.Add(Write(s_absent, 1), hasNext: true);
        Assert.Equal([I2cRequestStatus.Error], driver.Await());

        // What comes later is of that group still.
        driver.Add(Write(s_chip, 2), hasNext: false);
        driver.Add(Write(s_chip, 3), hasNext: false);
        Assert.Equal([I2cRequestStatus.Error, I2cRequestStatus.Ok], driver.Await());
        Assert.Equal(["50w01", "31w01", "50w03"], _bus.Transfers);
    }

    // Linux's driver does not wait for what follows the first failure, and frees it.
    [Fact]
    public void Driver_hears_of_a_failed_group_once_all_of_it_is_given_back()
    {
        var options = new I2cDeviceOptions
        {
            Addresses = I2cAddressFilter.Only(s_chip),
            GroupPatience = TimeSpan.FromMinutes(5),
        };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench, I2cFeatures.ZeroLengthRequest);
        driver.Add(Write(s_absent, 1), hasNext: true);
        driver.Notify();
        Assert.True(SpinWait.SpinUntil(() => driver.Queue.TryTakeUsed(out _), TimeSpan.FromSeconds(30)));
        WaitUntilTaken(driver);
        Assert.False(bench.Guest.WaitForInterrupt(TimeSpan.Zero));

        driver.Add(Read(s_chip, new byte[1]), hasNext: false);
        driver.Notify();
        Assert.True(bench.Guest.WaitForInterrupt(TimeSpan.FromSeconds(30)));
        Assert.True(driver.Queue.TryTakeUsed(out _));
        Assert.Empty(_bus.Transfers);
    }

    [Fact]
    public void Driver_hears_of_a_failed_group_without_an_end_after_a_while()
    {
        var options = new I2cDeviceOptions { Addresses = I2cAddressFilter.Only(s_chip) };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench);
        driver.Add(Write(s_absent, 1), hasNext: true);
        Assert.Equal([I2cRequestStatus.Error], driver.Await());
    }

    [Fact]
    public void Chip_that_does_not_answer_fails_its_own_group_only()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus));
        var driver = Start(bench);
        driver.Add(Write(s_chip, 1), hasNext: true);
        driver.Add(Write(s_absent, 2), hasNext: true);
        driver.Add(Write(s_chip, 3), hasNext: false);
        driver.Add(Write(s_absent, 4), hasNext: false);
        driver.Add(Write(s_chip, 5), hasNext: false);
        Assert.Equal(
            [
                I2cRequestStatus.Ok, I2cRequestStatus.Error, I2cRequestStatus.Error, I2cRequestStatus.Error,
                I2cRequestStatus.Ok,
            ],
            driver.Await());
    }

    [Fact]
    public void Address_that_the_guest_was_not_given_never_reaches_the_bus()
    {
        var options = new I2cDeviceOptions { Addresses = I2cAddressFilter.Only(s_chip) };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench);
        for (var address = 0; address <= I2cAddress.MaxSevenBit; address++)
        {
            var expected = address == s_chip.Value ? I2cRequestStatus.Ok : I2cRequestStatus.Error;
            Assert.Equal([expected], driver.Transfer(Write(new I2cAddress(address))));
        }

        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Write(new I2cAddress(0x50, isTenBit: true))));

        // As on a bus: what comes before it is done, what follows is not.
        Assert.Equal(
            [I2cRequestStatus.Ok, I2cRequestStatus.Error, I2cRequestStatus.Error],
            driver.Transfer(Write(s_chip, 1), Write(s_tenBit, 2), Write(s_chip, 3)));
        Assert.Equal(["50w", "50w01"], _bus.Transfers);
    }

    [Fact]
    public void Message_that_is_too_long_fails_and_is_not_cut_short()
    {
        var options = new I2cDeviceOptions { MaxMessageLength = 16, MaxTransferLength = 24 };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_chip, new byte[16])));
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Write(s_chip, new byte[17])));
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Read(s_chip, new byte[17])));

        // 65536 and 4 bytes would be 4 in a field of 16 bits.
        Assert.Equal([I2cRequestStatus.Error], driver.Transfer(Read(s_chip, new byte[65540])));
        Assert.Equal(
            [I2cRequestStatus.Ok, I2cRequestStatus.Error],
            driver.Transfer(Write(s_chip, new byte[16]), Read(s_chip, new byte[9])));
        Assert.Equal(2, _bus.Transfers.Length);
    }

    [Fact]
    public void Group_of_too_many_messages_fails_before_it_has_begun()
    {
        var options = new I2cDeviceOptions { MaxMessages = 3 };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench);
        var messages = Enumerable.Repeat(Write(s_chip, 1), 5).ToArray();
        Assert.All(driver.Transfer(messages), status => Assert.Equal(I2cRequestStatus.Error, status));
        Assert.Empty(_bus.Transfers);
        Assert.All(driver.Transfer(messages.AsSpan(0, 3)), status => Assert.Equal(I2cRequestStatus.Ok, status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Groups_end_as_the_model_says(int seed)
    {
        var random = new Random(seed);
        using var bench = new TransportBench(
            seed % 2 == 0 ? TransportKind.Mmio : TransportKind.PciMessages, new I2cDevice(_bus));
        var driver = Start(bench, seed > 2 ? ulong.MaxValue : VirtioDriver.DefaultFeatures);
        var model = new I2cModel(_bus.Absent);
        for (var round = 0; round < 100; round++)
        {
            var mark = bench.Guest.Allocator.Position;
            var count = random.Next(1, 12);
            var expected = new I2cRequestStatus[count];
            for (var i = 0; i < count; i++)
            {
                var address = random.Next(5) == 0 ? s_absent : random.Next(4) == 0 ? s_tenBit : s_chip;
                var data = new byte[random.Next(5)];
                random.NextBytes(data);
                var message = new I2cMessage(address, random.Next(2) == 0, data);
                var hasNext = i + 1 < count && random.Next(2) == 0;
                driver.Add(message, hasNext);
                model.Add(message, hasNext);
            }

            model.Take(expected);
            Assert.Equal(expected, driver.Await());
            bench.Guest.Allocator.Position = mark;
        }

        Assert.Equal(model.Transfers, _bus.Transfers);
    }

    [Theory]
    [InlineData(VirtioDriver.DefaultFeatures)]
    [InlineData(ulong.MaxValue)]
    public void Requests_allocate_nothing(ulong features)
    {
        var allocated = 0L;
        var bus = new RecordingBus
        {
            IsForgetful = true,
            During = () => allocated = GC.GetAllocatedBytesForCurrentThread(),
        };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(bus));
        var driver = Start(bench, features);
        var data = new byte[4];
        for (var i = 0; i < 10; i++)
            driver.Transfer(Write(s_chip, 1), Read(s_chip, data));
        var before = allocated;

        // No object is smaller than 24 bytes. The runtime itself may allocate now and then, 8 KiB at once.
        const int Requests = 2000;
        for (var i = 0; i < Requests; i++)
            driver.Transfer(Write(s_chip, 1), Read(s_chip, data));
        Assert.InRange(allocated - before, 0, (Requests * 24) - 1);
    }

    [Fact]
    public void Reset_in_the_middle_of_a_group_leaves_nothing_of_it()
    {
        var options = new I2cDeviceOptions { GroupPatience = TimeSpan.FromMinutes(5) };
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(_bus, options));
        var driver = Start(bench, I2cFeatures.ZeroLengthRequest);
        driver.Add(Write(s_chip, 1), hasNext: true);
        driver.Notify();
        WaitUntilTaken(driver);
        driver = Start(bench);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_chip, 2)));
        Assert.Equal(["50w02"], _bus.Transfers);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Transfer_that_may_have_been_done_fails_in_the_next_process_and_the_others_are_done(
        TransportKind kind, ulong features)
    {
        using var reached = new ManualResetEventSlim();
        using var released = new ManualResetEventSlim();
        IQueueJournal[] journals = [new MemoryJournal()];
        using var bench = new TransportBench(kind, new I2cDevice(_bus), TimeSpan.Zero, journals);
        var driver = Start(bench, features | I2cFeatures.ZeroLengthRequest);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_chip, 0)));
        var state = bench.Saved.SaveState();
        _bus.During = () =>
        {
            reached.Set();
            released.Wait();
        };
        driver.Add(Write(s_chip, 1), hasNext: true);
        driver.Add(Write(s_chip, 2), hasNext: false);
        driver.Add(Write(s_chip, 3), hasNext: true);
        driver.Add(Write(s_chip, 4), hasNext: false);
        driver.Notify();
        Assert.True(reached.Wait(TimeSpan.FromSeconds(30)));
        bench.Kill();

        var next = new RecordingBus();
        Assert.True(bench.TakeOver(new I2cDevice(next), state));
        Assert.Equal(
            [I2cRequestStatus.Error, I2cRequestStatus.Error, I2cRequestStatus.Ok, I2cRequestStatus.Ok],
            driver.Await());
        Assert.Equal(["50w03 50w04"], next.Transfers);
        Assert.Equal([I2cRequestStatus.Ok], driver.Transfer(Write(s_chip, 5)));
        released.Set();
    }

    private static I2cDriver Start(TransportBench bench, ulong features = VirtioDriver.DefaultFeatures)
    {
        var driver = new I2cDriver(bench.Guest);
        driver.Start(features);
        return driver;
    }

    private static I2cMessage Write(I2cAddress address, params byte[] data) => new(address, false, data);

    private static I2cMessage Read(I2cAddress address, byte[] data) => new(address, true, data);

    // Without event indices the device asks for notifications again once it has taken all there is.
    private static void WaitUntilTaken(I2cDriver driver) => Assert.True(
        SpinWait.SpinUntil(() => driver.Queue.DeviceWantsNotification, TimeSpan.FromSeconds(30)));
}
