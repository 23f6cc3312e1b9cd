using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Gpio;
using Xen.Virtio.Linux.Gpio;
using Xen.Virtio.Linux.Tests.I2c;
using Xen.Virtio.Spec;
using Xen.Virtio.Spec.Gpio;
using Xen.Virtio.Transports.Mmio;

namespace Xen.Virtio.Linux.Tests.Gpio;

/// <summary>A chip of a Linux host, on a simulated kernel whose lines are pipes.</summary>
public sealed class LinuxGpioChipTests : IDisposable
{
    private const ulong Input = GpioAbi.GPIO_V2_LINE_FLAG_INPUT;
    private const ulong Output = GpioAbi.GPIO_V2_LINE_FLAG_OUTPUT;
    private const ulong Rising = GpioAbi.GPIO_V2_LINE_FLAG_EDGE_RISING;
    private const ulong Falling = GpioAbi.GPIO_V2_LINE_FLAG_EDGE_FALLING;

    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    private readonly SimulatedGpioKernel _kernel = new("led", "button", "", "relay");
    private readonly LogLines _log = new();

    public void Dispose() => _kernel.Dispose();

    [Theory]
    [InlineData("0", "/dev/gpiochip0")]
    [InlineData("gpiochip3", "/dev/gpiochip3")]
    [InlineData("/dev/gpiochip3", "/dev/gpiochip3")]
    public void Chip_is_found_by_number_name_and_path(string chip, string path)
    {
        using var opened = Open(chip);
        Assert.EndsWith(path, opened.Path, StringComparison.Ordinal);
        Assert.Equal(("gpiochip0", "simulated", 4), (opened.Name, opened.Label, opened.LineCount));
        Assert.Equal(("led", ""), (opened.GetName(0), opened.GetName(2)));
    }

    [Theory]
    [InlineData("simulated", "2 GPIO chips are called 'simulated': give the number of one")]
    [InlineData("nobody", "no GPIO chip is called 'nobody'. This host has")]
    [InlineData("7", "there is no GPIO chip")]
    public void Chip_that_is_not_there_is_refused_and_those_that_are_named(string chip, string text)
    {
        var error = Assert.Throws<IOException>(() => Open(chip));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Contains("gpiochip3 (simulated)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, "there is no line 4: the chip has lines 0 to 3")]
    [InlineData(3, "a line comes twice")]
    public void Lines_must_be_there_and_once(int line, string text) => Assert.Contains(
        text, Assert.Throws<ArgumentException>(() => Open("0", 3, line)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_that_a_guest_cannot_have_are_none()
    {
        using var kernel = new SimulatedGpioKernel("NC", "Schalter-ü", "NC", "x");
        using var chip = LinuxGpioChip.Open("0", kernel.Host);
        Assert.Equal(["NC", "", "", "x"], [chip.GetName(0), chip.GetName(1), chip.GetName(2), chip.GetName(3)]);
        Assert.Equal(VirtioDeviceId.Gpio, new GpioDevice(chip).DeviceId);
    }

    [Fact]
    public void Lines_are_those_that_were_given_in_their_order()
    {
        using var chip = Open("0", 3, 1);
        Assert.Equal((2, "relay", "button"), (chip.LineCount, chip.GetName(0), chip.GetName(1)));
        Assert.True(chip.TrySetDirection(0, GpioDirection.Output, high: true));
        Assert.Equal((Output, true, "virtio-gpio", true), _kernel[3]);
    }

    [Fact]
    public void Output_is_requested_with_its_value_driven_and_given_back()
    {
        using var chip = Open("0");
        Assert.True(chip.TrySetDirection(0, GpioDirection.Output, high: true));
        Assert.Equal((Output, true, "virtio-gpio", true), _kernel[0]);
        Assert.True(chip.TrySetValue(0, high: false));
        Assert.False(_kernel[0].High);
        Assert.True(chip.TryGetDirection(0, out var direction));
        Assert.True(chip.TryGetValue(0, out var high));
        Assert.Equal((GpioDirection.Output, false), (direction, high));
        Assert.True(chip.TrySetDirection(0, GpioDirection.None, high: false));
        Assert.False(_kernel[0].IsRequested);
    }

    [Fact]
    public void Input_is_read_and_not_driven()
    {
        using var chip = Open("0");
        Assert.True(chip.TrySetDirection(1, GpioDirection.Input, high: false));
        _kernel.Drive(1, high: true);
        Assert.True(chip.TryGetValue(1, out var high));
        Assert.True(high);
        Assert.False(chip.TrySetValue(1, high: false));
        Assert.True(_kernel[1].High);
    }

    [Fact]
    public void Line_that_the_guest_has_not_taken_is_not_touched()
    {
        using var chip = Open("0");
        _kernel.Drive(2, high: true);
        Assert.False(chip.TryGetValue(2, out _));
        Assert.True(chip.TryGetDirection(2, out var direction));
        Assert.Equal(GpioDirection.Input, direction);
        Assert.Equal((0UL, "", false), (_kernel[2].Flags, _kernel[2].Consumer, _kernel[2].IsRequested));
        Assert.False(chip.TrySetValue(2, high: false));
    }

    [Fact]
    public void Line_of_somebody_else_is_refused_and_logged_once()
    {
        _kernel.Occupy(0, "leds");
        using var chip = Open("0");
        Assert.False(chip.TrySetDirection(0, GpioDirection.Output, high: true));
        Assert.False(chip.TryWatch(0, GpioEdges.Both));
        Assert.False(chip.TryGetValue(0, out _));
        var (id, text) = Assert.Single(_log.Lines);
        Assert.Equal(530, id);
        Assert.Contains("line 0 is in use on this host by 'leds'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_guests_have_lines_of_one_chip_and_not_the_same_one()
    {
        using var first = Open("0", 0, 1);
        using var second = Open("0", 1, 3);
        Assert.True(first.TrySetDirection(1, GpioDirection.Input, high: false));
        Assert.False(second.TrySetDirection(0, GpioDirection.Input, high: false));
        Assert.True(second.TrySetDirection(1, GpioDirection.Output, high: false));
        first.Dispose();
        Assert.True(second.TrySetDirection(0, GpioDirection.Input, high: false));
    }

    [Fact]
    public void Edges_that_are_watched_are_reported_and_no_others()
    {
        using var chip = Open("0");
        var listener = new Listener();
        chip.SetListener(listener);
        Assert.True(chip.TrySetDirection(1, GpioDirection.Input, high: false));
        Assert.True(chip.TryWatch(1, GpioEdges.Both));
        Assert.Equal(Input | Rising | Falling, _kernel[1].Flags);
        _kernel.Drive(1, high: true);
        Assert.Equal((1, true), listener.Next());
        _kernel.Drive(1, high: false);
        Assert.Equal((1, false), listener.Next());

        Assert.True(chip.TryWatch(1, GpioEdges.Rising));
        _kernel.Drive(1, high: true);
        Assert.Equal((1, true), listener.Next());
        _kernel.Drive(1, high: false);
        Assert.True(chip.TryWatch(1, GpioEdges.None));
        Assert.Equal((Input, true), (_kernel[1].Flags, _kernel[1].IsRequested));
        Assert.True(chip.TryWatch(3, GpioEdges.Falling));
        _kernel.Drive(3, high: true);
        _kernel.Drive(3, high: false);
        Assert.Equal((3, false), listener.Next());
        Assert.True(chip.TryWatch(3, GpioEdges.None));
        Assert.False(_kernel[3].IsRequested);
    }

    [Fact]
    public void Line_whose_hardware_is_gone_is_logged_and_the_others_go_on()
    {
        using var chip = Open("0");
        var listener = new Listener();
        chip.SetListener(listener);
        Assert.True(chip.TrySetDirection(1, GpioDirection.Input, high: false));
        Assert.True(chip.TryWatch(1, GpioEdges.Both));
        Assert.True(chip.TryWatch(3, GpioEdges.Both));
        _kernel.Unplug(1);
        Assert.True(SpinWait.SpinUntil(() => _log.Lines.Count > 0, s_long));
        _kernel.Drive(3, high: true);
        Assert.Equal((3, true), listener.Next());
        var (id, text) = Assert.Single(_log.Lines);
        Assert.Equal(531, id);
        Assert.Contains("to read its events failed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_is_given_up_and_requested_again_while_edges_come()
    {
        const int Times = 300;
        using var chip = Open("0");
        var listener = new Listener();
        chip.SetListener(listener);
        using var end = new CancellationTokenSource();
        var world = new Thread(() =>
        {
            for (var high = true; !end.IsCancellationRequested; high = !high)
                _kernel.Drive(1, high);
        });
        world.Start();
        for (var i = 0; i < Times; i++)
        {
            Assert.True(chip.TrySetDirection(1, GpioDirection.Input, high: false));
            Assert.True(chip.TryWatch(1, GpioEdges.Both));
            Assert.Equal(1, listener.Next().Line);
            Assert.True(chip.TrySetDirection(1, GpioDirection.None, high: false));
        }

        end.Cancel();
        Assert.True(world.Join(s_long));
    }

    [Fact]
    public void Values_are_read_and_driven_without_allocation()
    {
        using var chip = Open("0");
        chip.TrySetDirection(0, GpioDirection.Output, high: false);
        Use();
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (var i = 0; i < 1000; i++)
                Use();
        }));

        void Use()
        {
            Assert.True(chip.TrySetValue(0, high: true));
            Assert.True(chip.TryGetValue(0, out _));
        }
    }

    [Fact]
    public void Closed_chip_refuses()
    {
        var chip = Open("0");
        chip.TrySetDirection(0, GpioDirection.Output, high: true);
        chip.TryWatch(1, GpioEdges.Both);
        chip.Dispose();
        chip.Dispose();
        Assert.False(_kernel[0].IsRequested);
        Assert.False(_kernel[1].IsRequested);
        Assert.False(chip.TrySetDirection(0, GpioDirection.Output, high: true));
        Assert.False(chip.TryGetDirection(1, out _));
        Assert.False(chip.TryGetValue(1, out _));
    }

    [Fact]
    public void Guest_sees_drives_and_is_interrupted_by_lines_of_the_host()
    {
        using var chip = Open("0");
        var memory = new PlainGuestMemory(new GuestBank(0, 12 << 20));
        var interrupt = new TestInterruptLine();
        using var transport = new VirtioMmioTransport(new GpioDevice(chip), memory, interrupt);
        var driver = new GpioDriver(new GuestDriver(transport, memory, interrupt));
        driver.Start(GpioFeatures.Interrupts | VirtioDriver.DefaultFeatures);
        Assert.Equal(["led", "button", "", "relay"], driver.ReadNames());
        Assert.Equal(GpioStatus.Ok, driver.SetDirection(0, GpioDirection.Output));
        Assert.Equal(GpioStatus.Ok, driver.SetValue(0, isHigh: true));
        Assert.True(_kernel[0].High);
        // Given up, it is an output of the host still. Linux sets the value first when it takes it again.
        Assert.Equal(GpioStatus.Ok, driver.SetDirection(0, GpioDirection.None));
        Assert.Equal(GpioStatus.Ok, driver.SetValue(0, isHigh: false));
        Assert.True(_kernel[0].High);
        Assert.Equal(GpioStatus.Ok, driver.SetDirection(0, GpioDirection.Output));
        Assert.False(_kernel[0].High);
        Assert.Equal(GpioStatus.Ok, driver.SetDirection(1, GpioDirection.Input));
        Assert.Equal(GpioStatus.Ok, driver.SetInterruptType(1, GpioInterruptType.RisingEdge));
        driver.Unmask(1);
        _kernel.Drive(1, high: true);
        Assert.Equal((1, GpioEventStatus.Valid), driver.WaitEvent());
        Assert.Equal(GpioStatus.Ok, driver.GetValue(1, out var isHigh));
        Assert.True(isHigh);
        // Masked now: the edge is latched.
        _kernel.Drive(1, high: false);
        _kernel.Drive(1, high: true);
        driver.Unmask(1);
        Assert.Equal((1, GpioEventStatus.Valid), driver.WaitEvent());
    }

    private LinuxGpioChip Open(string chip, params int[] lines) =>
        LinuxGpioChip.Open(chip, _kernel.Host, lines.Length == 0 ? null : lines, logger: _log);

    private sealed class Listener : IGpioListener
    {
        private readonly BlockingCollection<(int Line, bool IsRising)> _edges = [];

        public void OnEdge(int line, bool isRising) => _edges.Add((line, isRising));

        public (int Line, bool IsRising) Next()
        {
            Assert.True(_edges.TryTake(out var edge, s_long), "no edge was reported");
            return edge;
        }
    }
}
