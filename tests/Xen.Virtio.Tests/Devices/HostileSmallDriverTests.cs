using System;
using System.Linq;
using System.Threading;
using Xen.Testing.Console;
using Xen.Testing.Gpio;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Console;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Devices;

/// <summary>
/// Chains of a broken or hostile driver of a console, a GPIO and an entropy device: what the kernel module of
/// <c>lab/guest/hostile</c> does to the real Xen, on a simulated one.
/// </summary>
public sealed class HostileSmallDriverTests
{
    private const ulong Nowhere = 0x9000_0000;
    private const ulong Place = 0x50_0000;
    private const uint Large = 128 << 10;
    private const int Receive = 0;
    private const int Transmit = 1;
    private const int Told = ConsoleLayout.ControlReceiveQueue;
    private const int Tell = ConsoleLayout.ControlTransmitQueue;

    private readonly SimulatedConsoleEnd _end = new();

    [Theory]
    [InlineData(Tell, Place, 7u, false)]
    [InlineData(Tell, Place, 0u, false)]
    [InlineData(Tell, Place, Large, false)]
    [InlineData(Tell, Place, 8u, true)]
    [InlineData(Tell, Nowhere, 8u, false)]
    [InlineData(Told, Place, 4u, true)]
    [InlineData(Told, Place, 0u, true)]
    [InlineData(Told, Place, 64u, false)]
    [InlineData(Told, Nowhere, 64u, true)]
    [InlineData(Transmit, Place, 64u, true)]
    [InlineData(Transmit, Place, 0u, false)]
    [InlineData(Transmit, Place, 60000u, false)]
    [InlineData(Transmit, Nowhere, 1u << 31, false)]
    [InlineData(Transmit, Nowhere, uint.MaxValue, false)]
    public void Console_chain_of_the_wrong_shape_comes_back_and_the_console_goes_on(
        int queue, ulong address, uint length, bool isWritable)
    {
        using var bench = new TransportBench(TransportKind.Mmio, CreateConsole());
        var queues = Start(bench, 6);
        Say(bench, queues, new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        Assert.Equal(0u, Submit(bench, queues, queue, new GuestBuffer(address, length, isWritable)));

        // A message that the driver had no room for is lost, and no other.
        var next = ReadMessage(bench, queues);
        Assert.Equal((queue == Told ? 1u : 0u, ConsoleEvent.PortAdd), (next.Port, next.Event));
        AssertServes(bench, queues);
    }

    [Theory]
    [InlineData(Told)]
    [InlineData(Tell)]
    [InlineData(Transmit)]
    public void Loop_in_a_console_queue_comes_back_and_the_console_goes_on(int index)
    {
        using var bench = new TransportBench(TransportKind.Mmio, CreateConsole());
        var queues = Start(bench, 6);
        Say(bench, queues, new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        var queue = (GuestQueue)queues[index];
        queue.WriteDescriptor(40, new Descriptor(Place, 8, DescriptorFlags.Next, 40));
        queue.MakeAvailable(40);
        bench.Guest.Notify(index);
        Assert.Equal(new UsedElement(40, 0), bench.Guest.WaitUsed(queue));
        Assert.Equal(ConsoleEvent.PortAdd, ReadMessage(bench, queues).Event);
        AssertServes(bench, queues);
    }

    [Theory]
    [InlineData(Receive)]
    [InlineData(Transmit)]
    [InlineData(Told)]
    [InlineData(Tell)]
    public void Console_queue_that_runs_away_needs_a_reset_and_works_after_it(int index)
    {
        using var bench = new TransportBench(TransportKind.Mmio, CreateConsole());
        var queues = Start(bench, 6);
        Say(bench, queues, new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        _end.Send("x");
        Say(bench, queues, new ConsoleControl(0, ConsoleEvent.PortOpen, 1));
        ((GuestQueue)queues[index]).WriteAvailableIndex(1000);
        bench.Guest.Notify(index);
        AssertNeedsReset(bench);
        queues = Start(bench, 6);
        Say(bench, queues, new ConsoleControl(0, ConsoleEvent.DeviceReady, 1));
        AssertServes(bench, queues);
    }

    [Fact]
    public void Reset_takes_bad_buffers_to_receive_and_data_under_way_back()
    {
        var end = new SimulatedConsoleEnd(room: 0);
        using var bench = new TransportBench(TransportKind.Mmio, new ConsoleDevice(end), TimeSpan.FromMinutes(5));
        var queues = Start(bench, 2);
        for (var i = 0; i < 8; i++)
        {
            queues[Receive].Add(new GuestBuffer(i % 2 == 0 ? Place : Nowhere, i < 4 ? 16 : uint.MaxValue, (i & 2) != 0));
            queues[Transmit].Add(new GuestBuffer(Place, Large, false));
        }

        bench.Guest.Notify(Receive);
        bench.Guest.Notify(Transmit);
        bench.Guest.Reset();
        Assert.Equal(DeviceStatus.None, bench.Guest.Status);
    }

    [Fact]
    public void Second_buffer_for_a_line_comes_back_and_the_first_stays()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(new SimulatedGpioBank("a", "b")));
        var guest = new GpioGuest(bench.Guest);
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.RisingEdge);
        for (var i = 0; i < 50; i++)
        {
            guest.Unmask(0);
            if (i != 0)
                Assert.Equal((0, GpioEventStatus.Invalid), guest.AwaitEvent());
        }

        guest.AssertNoEvent();
        guest.Set(GpioMessage.SetInterruptType, 0, (uint)GpioInterruptType.None);
        Assert.Equal((0, GpioEventStatus.Invalid), guest.AwaitEvent());
    }

    [Fact]
    public void Event_queue_that_runs_away_needs_a_reset_and_works_after_it()
    {
        using var bench = new TransportBench(TransportKind.Mmio, new GpioDevice(new SimulatedGpioBank("a", "b")));
        var guest = new GpioGuest(bench.Guest);
        ((GuestQueue)guest.Events!).WriteAvailableIndex(1000);
        bench.Guest.Notify(GpioLayout.EventQueue);
        AssertNeedsReset(bench);
        guest = new GpioGuest(bench.Guest);
        guest.AssertNoEvent();
        Assert.Equal(GpioStatus.Ok, guest.Ask(GpioMessage.GetValue, 0).Status);
    }

    [Theory]
    [InlineData(Place, 32u, false, 0u, 0u)]
    [InlineData(Place, 0u, true, 0u, 0u)]
    [InlineData(Place, Large, true, 1u, Large)]
    [InlineData(Nowhere, 1u << 31, true, 0u, 0u)]
    [InlineData(Nowhere, uint.MaxValue, true, 0u, 0u)]
    public void Entropy_chain_of_the_wrong_shape_comes_back_and_the_next_is_filled(
        ulong address, uint length, bool isWritable, uint least, uint most)
    {
        using var bench = new TransportBench(TransportKind.Mmio, new EntropyDevice());
        var queues = Start(bench, 1);
        Assert.InRange(Submit(bench, queues, 0, new GuestBuffer(address, length, isWritable)), least, most);
        Assert.Equal(32u, Submit(bench, queues, 0, new GuestBuffer(Place, 32, true)));
    }

    private ConsoleDevice CreateConsole() =>
        new([new(_end) { IsConsole = true }, new(new SimulatedConsoleEnd()) { Name = "data" }]);

    private static IGuestQueue[] Start(TransportBench bench, int count)
    {
        bench.Guest.Negotiate();
        IGuestQueue[] queues = [.. Enumerable.Range(0, count).Select(i => bench.Guest.SetUpQueue(i))];
        bench.Guest.SetDriverOk();
        return queues;
    }

    private static uint Submit(TransportBench bench, IGuestQueue[] queues, int index, GuestBuffer buffer)
    {
        queues[index].Add(buffer);
        bench.Guest.Notify(index);
        return bench.Guest.WaitUsed(queues[index]).Length;
    }

    private static void Say(TransportBench bench, IGuestQueue[] queues, ConsoleControl message)
    {
        message.Format(bench.Memory.Span(Place, ConsoleControl.Size));
        Assert.Equal(0u, Submit(bench, queues, Tell, new GuestBuffer(Place, ConsoleControl.Size, false)));
    }

    private static ConsoleControl ReadMessage(TransportBench bench, IGuestQueue[] queues)
    {
        Assert.Equal(8u, Submit(bench, queues, Told, new GuestBuffer(Place, 64, true)));
        return ConsoleControl.Parse(bench.Memory.Span(Place, ConsoleControl.Size));
    }

    private void AssertServes(TransportBench bench, IGuestQueue[] queues)
    {
        _end.Take();
        bench.Memory.Span(Place, 1)[0] = (byte)'y';
        Assert.Equal(0u, Submit(bench, queues, Transmit, new GuestBuffer(Place, 1, false)));
        Assert.Equal("y"u8.ToArray(), _end.Take());
    }

    private static void AssertNeedsReset(TransportBench bench) => Assert.True(SpinWait.SpinUntil(
        () => bench.Guest.Status.HasFlag(DeviceStatus.NeedsReset), TimeSpan.FromSeconds(30)));
}
