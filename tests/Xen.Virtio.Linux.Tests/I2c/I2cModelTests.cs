using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Testing.I2c;
using Xen.Virtio.Devices.I2c;
using Xen.Virtio.Linux.I2c;
using Xen.Virtio.Spec.I2c;

namespace Xen.Virtio.Linux.Tests.I2c;

/// <summary>Random groups of messages, through the kernel's calls and straight to the same chips: the results are equal.</summary>
public sealed class I2cModelTests
{
    private static readonly int[] s_addresses = [0x50, 0x50, 0x50, 0x51, 0x33];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Plain_transfers_do_what_the_messages_say(int seed)
    {
        var random = new Random(seed);
        var pair = new Pair(SimulatedI2cKernel.Plain);
        for (var i = 0; i < 3000; i++)
        {
            var group = Group(random, longest: 40);
            var (done, expected) = pair.Run(group);
            Assert.Equal(expected == group.Length ? expected : 0, done);
            pair.AssertSame(group, done);
        }
    }

    [Theory]
    [InlineData(SimulatedI2cKernel.AllSmbus, 1)]
    [InlineData(SimulatedI2cKernel.AllSmbus, 2)]
    [InlineData(0x0c7f0000, 3)]
    [InlineData(0x007f0000, 4)]
    [InlineData(0x0c010000, 5)]
    public void Transactions_do_what_the_messages_say_or_nothing(ulong functions, int seed)
    {
        var random = new Random(seed);
        var pair = new Pair(functions);
        var mapped = 0;
        for (var i = 0; i < 5000; i++)
        {
            var group = Group(random, longest: i % 4 == 0 ? 40 : 4);
            pair.Kernel.Calls.Clear();
            var before = pair.Contents();
            var done = pair.Through.Transfer(group);
            if (pair.Kernel.Calls.Count == 0)
            {
                Assert.Equal(0, done);
                Assert.Equal(before, pair.Contents());
                continue;
            }

            mapped++;
            Assert.Equal(pair.RunStraight(group), done);
            pair.AssertSame(group, done);
        }

        Assert.InRange(mapped, 500, 4990);
    }

    [Fact]
    public void Every_set_of_functions_is_used_for_what_it_has_only()
    {
        var random = new Random(6);
        for (var i = 0; i < 3000; i++)
        {
            // Each of the 12 bits by chance; a call that the adapter does not have is an error that is logged.
            var log = new LogLines();
            using var kernel = new SimulatedI2cKernel((ulong)random.Next(1 << 12) << 16);
            kernel.Bus.Plug(new I2cAddress(0x50), new SimulatedEeprom());
            using var bus = new LinuxI2cBus(new I2cAdapter(0, "", ""), kernel, log);
            for (var j = 0; j < 10; j++)
                bus.Transfer(Group(random, longest: 36));
            Assert.DoesNotContain(log.Lines, line => line.Id == 522);
        }
    }

    private static I2cMessage[] Group(Random random, int longest)
    {
        var messages = new List<I2cMessage>();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var address = s_addresses[random.Next(s_addresses.Length)];
            if (random.Next(2) == 0)
            {
                messages.Add(Bytes(random, address, 1, isRead: false));
                messages.Add(Bytes(random, address, random.Next(longest + 1), isRead: true));
            }
            else
            {
                messages.Add(Bytes(random, address, random.Next(longest + 1), isRead: random.Next(4) == 0));
            }
        }

        return [.. messages];
    }

    private static I2cMessage Bytes(Random random, int address, int length, bool isRead)
    {
        var data = new byte[length];
        if (!isRead)
            random.NextBytes(data);

        // Now and then an SMBus block.
        if (!isRead && length > 2 && random.Next(3) == 0)
            data[1] = (byte)(length - 2);
        return new I2cMessage(new I2cAddress(address), isRead, data);
    }

    /// <summary>The same two chips behind the kernel's calls, and on a bus without a kernel.</summary>
    private sealed class Pair
    {
        private readonly SimulatedI2cBus _straight = new();
        private readonly SimulatedEeprom[] _chips = [new(), new(), new(), new()];
        private I2cMessage[] _copy = [];

        public Pair(ulong functions)
        {
            Kernel = new SimulatedI2cKernel(functions);
            Through = new LinuxI2cBus(new I2cAdapter(0, "", ""), Kernel, null);
            for (var i = 0; i < 2; i++)
            {
                Kernel.Bus.Plug(new I2cAddress(0x50 + i), _chips[i]);
                _straight.Plug(new I2cAddress(0x50 + i), _chips[2 + i]);
            }
        }

        public SimulatedI2cKernel Kernel { get; }

        public LinuxI2cBus Through { get; }

        public (int Done, int Expected) Run(I2cMessage[] group) => (Through.Transfer(group), RunStraight(group));

        public int RunStraight(I2cMessage[] group)
        {
            _copy = [.. group.Select(m => m with { Data = m.IsRead ? new byte[m.Data.Length] : m.Data })];
            return _straight.Transfer(_copy);
        }

        public byte[] Contents() => [.. _chips[0].Content, .. _chips[1].Content];

        public void AssertSame(I2cMessage[] group, int done)
        {
            for (var i = 0; i < done; i++)
                Assert.Equal(_copy[i].Data.ToArray(), group[i].Data.ToArray());
            Assert.Equal<byte>([.. _chips[2].Content, .. _chips[3].Content], Contents());
        }
    }
}
