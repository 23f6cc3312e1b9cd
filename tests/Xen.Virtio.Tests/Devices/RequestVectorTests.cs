using System;
using System.Threading;
using Xen.Testing.Console;
using Xen.Testing.Gpio;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Spec.Console;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Spec.I2c;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// Requests as the text of virtio 1.3 lays them out, byte by byte and written down by hand, through the whole device: what the
/// driver puts into the readable part, and what it finds in the writable part and as the used length.
/// </summary>
public sealed class RequestVectorTests
{
    private const ulong Out = 0x50_0000;
    private const ulong In = 0x51_0000;

    // §5.18.6.1: addr, padding, flags, data to write; data that was read, status.
    [Theory]
    [InlineData("a000 0000 00000000 10 41 42", "00")]
    [InlineData("a000 0000 02000000", "4142 00")]
    [InlineData("a000 0000 02000000", "00")]
    [InlineData("a000 0000 00000000", "00")]
    [InlineData("f4a5 0000 02000000", "0000 00")]
    [InlineData("fe00 0000 02000000", "00 01")]
    [InlineData("a100 0000 02000000", "00 01")]
    [InlineData("a000 0000 04000000", "01")]
    public void I2c_request(string readable, string answer)
    {
        var bus = new SimulatedI2cBus();
        var eeprom = new SimulatedEeprom();
        bus.Plug(new I2cAddress(0x50), eeprom);
        bus.Plug(new I2cAddress(0x2a5, isTenBit: true), new SimulatedRtc(new ManualTime()));
        eeprom.Content[0x10] = 0x41;
        eeprom.Content[0x11] = 0x42;
        bus.Transfer([new I2cMessage(new I2cAddress(0x50), IsRead: false, new byte[] { 0x10 })]);
        bus.Transfer([new I2cMessage(new I2cAddress(0x2a5, isTenBit: true), IsRead: false, new byte[] { 0x10 })]);
        using var bench = new TransportBench(TransportKind.Mmio, new I2cDevice(bus));
        AssertAnswer(bench, Start(bench, 1)[0], 0, readable, answer);
    }

    // §5.17.6: type, gpio, value; status, value or names.
    [Theory]
    [InlineData("0100 0000 00000000", "00 6100 00 626300")]
    [InlineData("0200 0100 00000000", "00 02")]
    [InlineData("0300 0100 01000000", "00 00")]
    [InlineData("0300 0100 02000000", "00 00")]
    [InlineData("0300 0100 00000000", "00 00")]
    [InlineData("0400 0200 00000000", "00 01")]
    [InlineData("0400 0000 00000000", "00 00")]
    [InlineData("0500 0000 01000000", "00 00")]
    [InlineData("0600 0000 00000000", "00 00")]
    [InlineData("0600 0000 01000000", "00 00")]
    [InlineData("0600 0000 02000000", "00 00")]
    [InlineData("0600 0000 03000000", "00 00")]
    [InlineData("0600 0000 04000000", "00 00")]
    [InlineData("0600 0000 08000000", "00 00")]
    [InlineData("0600 0000 05000000", "01 00")]
    [InlineData("0200 0300 00000000", "01 00")]
    [InlineData("0700 0000 00000000", "01 00")]
    public void Gpio_request(string readable, string answer)
    {
        var bank = CreateBank();
        bank.TrySetDirection(1, GpioDirection.Input, high: false);
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(bank));
        AssertAnswer(bench, Start(bench, 2)[0], 0, readable, answer);
    }

    // §5.17.7: gpio; status. The line is high.
    [Theory]
    [InlineData("0200", 4u, "01")]
    [InlineData("0200", 0u, "00")]
    [InlineData("0300", 0u, "00")]
    [InlineData("ffff", 4u, "00")]
    public void Gpio_event(string readable, uint type, string answer)
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(CreateBank()));
        var queues = Start(bench, 2);
        AssertAnswer(bench, queues[0], 0, $"0600 0200 0{type}000000", "00 00");
        AssertAnswer(bench, queues[1], 1, readable, answer);
    }

    // §5.17.4: ngpio, padding, gpio_names_size.
    [Fact]
    public void Gpio_configuration()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(CreateBank()));
        var config = new byte[GpioLayout.ConfigLength];
        Assert.True(bench.Guest.TryReadConfig(0, config));
        Assert.Equal(Bytes("0300 0000 06000000"), config);
    }

    // §5.3.6.2: id, event, value, and what follows for two of the events; in the order in which the device tells them.
    [Fact]
    public void Console_control_messages()
    {
        var end = new SimulatedConsoleEnd();
        ConsolePort port = new(end) { IsConsole = true, Name = "com.example.0" };
        var device = new ConsoleDevice([port], new ConsoleDeviceOptions { Columns = 0x102, Rows = 0x304 });
        using var bench = new TransportBench(TransportKind.Mmio, device);
        var queues = Start(bench, 4);
        Tell("00000000 0000 0100");
        AssertTold("00000000 0100 0000");
        Tell("00000000 0300 0100");
        AssertTold("00000000 0400 0100");
        AssertTold("00000000 0700 0100 636f6d2e6578616d706c652e30");
        AssertTold("00000000 0500 0000 0201 0403");
        AssertTold("00000000 0600 0100");
        Tell("00000000 0600 0100");
        Assert.True(end.IsGuestOpen);
        Tell("00000000 0600 0000");
        Assert.False(end.IsGuestOpen);
        Tell("01000000 0600 0100");
        Assert.False(end.IsGuestOpen);
        end.Connect(false);
        AssertTold("00000000 0600 0000");

        void Tell(string message) => AssertAnswer(bench, queues[3], ConsoleLayout.ControlTransmitQueue, message, "");
        void AssertTold(string message)
        {
            queues[2].Add(new GuestBuffer(In, 64, true));
            bench.Guest.Notify(ConsoleLayout.ControlReceiveQueue);
            var used = bench.Guest.WaitUsed(queues[2]);
            Assert.Equal(Bytes(message), bench.Memory.Span(In, (int)used.Length).ToArray());
        }
    }

    // §5.3.6.1: no header in either direction.
    [Fact]
    public void Console_data()
    {
        var end = new SimulatedConsoleEnd();
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(end));
        var queues = Start(bench, 2);
        AssertAnswer(bench, queues[1], 1, "6f6b0a", "");
        Assert.Equal("ok\n"u8.ToArray(), end.Take());
        end.Send("ab");
        AssertAnswer(bench, queues[0], 0, "", "6162");
    }

    // §5.4.6: a writable buffer, and how much of it was filled.
    [Fact]
    public void Entropy_request()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new EntropyDevice(new Counter()));
        AssertAnswer(bench, Start(bench, 1)[0], 0, "", "0102030405");
    }

    private static SimulatedGpioBank CreateBank()
    {
        var bank = new SimulatedGpioBank("a", "", "bc");
        bank.Drive(2, high: true);
        return bank;
    }

    private static IGuestQueue[] Start(TransportBench bench, int count)
    {
        bench.Guest.Negotiate();
        var queues = new IGuestQueue[count];
        for (var i = 0; i < count; i++)
            queues[i] = bench.Guest.SetUpQueue(i);
        bench.Guest.SetDriverOk();
        return queues;
    }

    // The readable and the writable part are one buffer each, of exactly that length.
    private static void AssertAnswer(
        TransportBench bench, IGuestQueue queue, int index, string readable, string answer)
    {
        var (bytes, expected) = (Bytes(readable), Bytes(answer));
        bytes.CopyTo(bench.Memory.Span(Out, bytes.Length));
        bench.Memory.Span(In, expected.Length + 1).Fill(0xee);
        ReadOnlySpan<GuestBuffer> buffers = [new(Out, (uint)bytes.Length, false), new(In, (uint)expected.Length, true)];
        queue.Add(bytes.Length == 0 ? buffers[1..] : expected.Length == 0 ? buffers[..1] : buffers);
        bench.Guest.Notify(index);
        Assert.Equal((uint)expected.Length, bench.Guest.WaitUsed(queue).Length);
        Assert.Equal([.. expected, 0xee], bench.Memory.Span(In, expected.Length + 1).ToArray());
    }

    private static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private sealed class Counter : IEntropySource
    {
        private int _count;

        public void Fill(Span<byte> destination)
        {
            foreach (ref var value in destination)
                value = (byte)Interlocked.Increment(ref _count);
        }
    }
}
