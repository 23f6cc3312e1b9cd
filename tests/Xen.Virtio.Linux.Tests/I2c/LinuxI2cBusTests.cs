using System;
using System.IO;
using System.Linq;
using Xen.Testing.I2c;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;
using Xen.Virtio.Spec.I2c;
using static Xen.Virtio.Linux.Tests.I2c.I2cMessages;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>An adapter of Linux, over a simulated kernel.</summary>
public sealed class LinuxI2cBusTests
{
    private static readonly I2cAdapter s_adapter = new(3, "simulated", "/dev/i2c-3");
    private readonly LogLines _log = new();

    [Fact]
    public void Group_is_one_transfer_with_the_kernels_structures()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.Plain);
        kernel.Bus.Plug(new I2cAddress(0x2a5, isTenBit: true), new SimulatedEeprom());
        using var bus = Open(kernel);
        var data = new byte[3];
        Assert.Equal(4, bus.Transfer([Write(0x50, 8, 1, 2), Write(0x50, 8), Read(0x50, data), WriteTen(0x2a5, 1)]));
        Assert.Equal([1, 2, 0xff], data);

        // Address, flags and length, as a machine of the little end has them.
        Assert.Equal(["rdwr 500000000300 500000000100 500001000300 a50210000100"], kernel.Calls);
    }

    [Fact]
    public void Failed_transfer_counts_nothing_and_reads_nothing()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.Plain);
        using var bus = Open(kernel);
        var data = new byte[2];
        Assert.Equal(0, bus.Transfer([Write(0x50, 0), Read(0x50, data), Write(0x31, 1)]));
        Assert.Equal([0, 0], data);
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(0, 0)]
    [InlineData(7, 3)]
    public void Adapter_that_says_how_far_it_came_is_believed(int said, int expected)
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.Plain);
        kernel.DoneInstead = said;
        using var bus = Open(kernel);
        Assert.Equal(expected, bus.Transfer([Write(0x50, 0), Write(0x50, 0), Write(0x50, 0)]));
    }

    [Fact]
    public void Limits_of_the_kernel_are_held_before_it_is_called()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.Plain);
        using var bus = Open(kernel);
        I2cMessage[] most = [.. Enumerable.Repeat(Write(0x50, 0), 42)];
        Assert.Equal(42, bus.Transfer(most));
        Assert.Equal(0, bus.Transfer([.. most, Write(0x50, 0)]));
        Assert.Equal(1, bus.Transfer([Read(0x50, 8192)]));
        Assert.Equal(0, bus.Transfer([Read(0x50, 8193)]));
        Assert.Equal(0, bus.Transfer([Read(0x50, 65536 + 1)]));
        Assert.Equal(0, bus.Transfer([]));
        Assert.Equal(2, kernel.Calls.Count);
    }

    [Theory]
    [InlineData(I2cAbi.I2C_FUNC_I2C)]
    [InlineData(SimulatedI2cKernel.AllSmbus)]
    public void Adapter_without_ten_bits_refuses_such_an_address_and_logs_it_once(ulong functions)
    {
        using var kernel = WithEeprom(functions);
        using var bus = Open(kernel);
        _log.Lines.Clear();
        for (var i = 0; i < 3; i++)
            Assert.Equal(0, bus.Transfer([Write(0x50, 0), WriteTen(0x50, 0)]));
        Assert.Empty(kernel.Calls);
        Assert.Equal(520, Assert.Single(_log.Lines).Id);
    }

    [Theory]
    [InlineData(SimulatedI2cKernel.Plain, 0)]
    [InlineData(SimulatedI2cKernel.AllSmbus, 1)]
    public void Chip_that_a_driver_of_the_host_has_is_refused_and_logged_once(ulong functions, int done)
    {
        using var kernel = WithEeprom(functions);
        kernel.Bus.Plug(new I2cAddress(0x68), new SimulatedRtc());
        kernel.Bound.Add(0x68);
        using var bus = Open(kernel);
        _log.Lines.Clear();
        Assert.Equal(0, bus.Transfer([Write(0x68, 0)]));
        Assert.Equal(done, bus.Transfer([Write(0x50, 0), Write(0x68, 0)]));
        var line = Assert.Single(_log.Lines);
        Assert.Equal(521, line.Id);
        Assert.Contains("0x68", line.Text, StringComparison.Ordinal);

        // Its driver lets go.
        kernel.Bound.Clear();
        Assert.Equal(2, bus.Transfer([Write(0x50, 0), Write(0x68, 0)]));
    }

    [Theory]
    [InlineData(6, 0)]
    [InlineData(121, 0)]
    [InlineData(4, 1)]
    [InlineData(5, 1)]
    [InlineData(11, 1)]
    [InlineData(16, 1)]
    [InlineData(110, 1)]
    [InlineData(4000, 1)]
    public void Error_fails_the_transfer_and_is_logged_once_unless_it_is_no_answer(int errno, int lines)
    {
        foreach (var functions in new[] { SimulatedI2cKernel.Plain, SimulatedI2cKernel.AllSmbus })
        {
            using var kernel = WithEeprom(functions);
            using var bus = Open(kernel);
            _log.Lines.Clear();
            kernel.Fault = -errno;
            for (var i = 0; i < 5; i++)
                Assert.Equal(0, bus.Transfer([Write(0x50, 0, 0)]));

            // Not tried again: the kernel has done so.
            Assert.Equal(5, kernel.Calls.Count);
            Assert.Equal(lines, _log.Lines.Count(line => line.Id == 522));
            kernel.Fault = null;
            Assert.Equal(1, bus.Transfer([Write(0x50, 0, 0)]));
        }
    }

    [Fact]
    public void Adapter_with_SMBus_only_gets_transactions()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.AllSmbus);
        using var bus = Open(kernel);
        Assert.Equal(523, Assert.Single(_log.Lines).Id);
        byte[] one = new byte[1], two = new byte[2], five = new byte[5];
        Assert.Equal(
            9,
            bus.Transfer(
            [
                Write(0x50), Write(0x50, 8, 1, 2, 3, 4), Write(0x50, 8), Read(0x50, five), Write(0x50, 9),
                Read(0x50, two), Write(0x50, 16, 7), Write(0x50, 16), Read(0x50, one),
            ]));
        Assert.Equal([1, 2, 3, 4, 0xff], five);
        Assert.Equal([2, 3], two);
        Assert.Equal([7], one);

        // Direction, command, padding, type.
        Assert.Equal(
            [
                "smbus 50 0000000000000000", "smbus 50 0008000008000000", "smbus 50 0108000008000000",
                "smbus 50 0109000003000000", "smbus 50 0010000002000000", "smbus 50 0110000002000000",
            ],
            kernel.Calls.Select(Unpadded));
    }

    [Fact]
    public void Group_that_cannot_be_mapped_is_refused_before_it_begins_and_logged_once_for_its_shape()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.AllSmbus);
        using var bus = Open(kernel);
        _log.Lines.Clear();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, bus.Transfer([Write(0x50, 1, 2), Read(0x50, 5)]));
            Assert.Equal(0, bus.Transfer([Write(0x50, 1, 2), Write(0x50, new byte[40])]));
            Assert.Equal(0, bus.Transfer([Write(0x50, 1), Read(0x50, 33)]));
        }

        Assert.Empty(kernel.Calls);
        Assert.Equal([520, 520], _log.Lines.Select(line => line.Id));
        Assert.Contains("a read of 2 bytes or more without a register", _log.Lines[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Transactions_before_one_that_fails_are_counted()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.AllSmbus);
        using var bus = Open(kernel);
        var data = new byte[1];
        Assert.Equal(
            3, bus.Transfer([Write(0x50, 1, 2), Write(0x50, 1), Read(0x50, data), Write(0x31, 0), Read(0x31, 1)]));
        Assert.Equal([2], data);
    }

    [Fact]
    public void Stub_of_Linux_keeps_bytes_words_and_blocks()
    {
        using var kernel = new I2cStubKernel(0x50);
        using var bus = Open(kernel);
        byte[] one = new byte[1], two = new byte[2], six = new byte[6];
        Assert.Equal(1, bus.Transfer([Write(0x50)]));
        Assert.Equal(0, bus.Transfer([Write(0x51)]));
        Assert.Equal(3, bus.Transfer([Write(0x50, 4, 9), Write(0x50, 4), Read(0x50, one)]));
        Assert.Equal([9], one);
        Assert.Equal(3, bus.Transfer([Write(0x50, 5, 0x34, 0x12), Write(0x50, 5), Read(0x50, two)]));
        Assert.Equal([0x34, 0x12], two);
        Assert.Equal(3, bus.Transfer([Write(0x50, 32, 1, 2, 3, 4, 5, 6), Write(0x50, 32), Read(0x50, six)]));
        Assert.Equal([1, 2, 3, 4, 5, 6], six);
        Assert.Equal(1, bus.Transfer([Write(0x50, 33)]));
        Assert.Equal(1, bus.Transfer([Read(0x50, one)]));
        Assert.Equal([2], one);
    }

    [Fact]
    public void Block_that_comes_short_fails_and_gives_nothing()
    {
        using var kernel = new I2cStubKernel(0x50);
        using var bus = Open(kernel);
        var data = new byte[10];
        Assert.Equal(1, bus.Transfer([Write(0x50, [250, 1, 2, 3, 4, 5, 6])]));
        Assert.Equal(0, bus.Transfer([Write(0x50, 250), Read(0x50, data)]));
        Assert.Equal(new byte[10], data);
        Assert.Contains("errno 61", _log.Lines[^1].Text, StringComparison.Ordinal);
        Assert.Equal(2, bus.Transfer([Write(0x50, 250), Read(0x50, new byte[6])]));
    }

    [Theory]
    [InlineData(SimulatedI2cKernel.Plain)]
    [InlineData(SimulatedI2cKernel.AllSmbus)]
    public void Devices_that_share_an_adapter_do_not_reach_each_others_chips(ulong functions)
    {
        using var kernel = new SimulatedI2cKernel(functions);
        for (var i = 0; i < 4; i++)
            kernel.Bus.Plug(new I2cAddress(0x50 + i), new SimulatedEeprom());
        using var bus = Open(kernel);
        System.Threading.Tasks.Parallel.For(0, 4, i =>
        {
            var chip = 0x50 + i;
            var data = new byte[1];
            for (var round = 0; round < 1000; round++)
            {
                Assert.Equal(1, bus.Transfer([Write(chip, 9, (byte)((round * 4) + i))]));
                Assert.Equal(2, bus.Transfer([Write(chip, 9), Read(chip, data)]));
                Assert.Equal((byte)((round * 4) + i), data[0]);
            }
        });
    }

    [Theory]
    [InlineData(SimulatedI2cKernel.Plain)]
    [InlineData(SimulatedI2cKernel.AllSmbus)]
    public void Transfer_allocates_nothing(ulong functions)
    {
        using var bus = Open(new QuietDevice(functions));
        I2cMessage[] messages =
        [
            Write(0x50), Write(0x50, 1), Read(0x50, 1), Write(0x50, 1, 2), Write(0x50, 1, 2, 3), Write(0x50, 1),
            Read(0x50, 20), Write(0x50, new byte[33]), Write(0x50, 1), Read(0x51, 1),
        ];
        Assert.Equal(messages.Length, bus.Transfer(messages));
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (var i = 0; i < 10_000; i++)
                bus.Transfer(messages);
        }));
    }

    [Fact]
    public void Closed_adapter_fails_transfers()
    {
        using var kernel = WithEeprom(SimulatedI2cKernel.Plain);
        var bus = Open(kernel);
        bus.Dispose();
        bus.Dispose();
        Assert.Equal(0, bus.Transfer([Write(0x50, 0)]));
    }

    [Fact]
    public void File_that_is_no_adapter_is_refused()
    {
        using var device = new QuietDevice(0) { Result = -25 };
        var e = Assert.Throws<IOException>(() => Open(device));
        Assert.Contains("/dev/i2c-3 is no I2C adapter", e.Message, StringComparison.Ordinal);
    }

    private static SimulatedI2cKernel WithEeprom(ulong functions)
    {
        var kernel = new SimulatedI2cKernel(functions);
        kernel.Bus.Plug(new I2cAddress(0x50), new SimulatedEeprom());
        return kernel;
    }

    // The two bytes after the command are anything.
    private static string Unpadded(string call) => call[..13] + "0000" + call[17..];

    private LinuxI2cBus Open(II2cDevice device) => new(s_adapter, device, _log);

    /// <summary>Does all that is asked for, and nothing.</summary>
    private sealed class QuietDevice(ulong functions) : II2cDevice
    {
        public int? Result { get; init; }

        public int Ioctl(uint request, nuint argument)
        {
            if (request == I2cAbi.I2C_FUNCS)
                System.Runtime.InteropServices.Marshal.WriteInt64((nint)argument, (long)functions);
            return Result ?? (request == I2cAbi.I2C_RDWR
                ? System.Runtime.InteropServices.Marshal.ReadInt32((nint)argument, 8)
                : 0);
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }
}
