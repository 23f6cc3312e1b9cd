using System;
using System.Collections.Generic;
using System.Threading;

namespace Xen.Machine.Tests;

public sealed class MsixTableTests
{
    private readonly ListSink _sink = new();

    [Theory]
    [InlineData(1, 0x1000u, 0x2000ul)]
    [InlineData(256, 0x1000u, 0x2000ul)]
    [InlineData(257, 0x2000u, 0x4000ul)]
    [InlineData(2048, 0x8000u, 0x1_0000ul)]
    public void Pending_bits_have_a_page_of_their_own(int count, uint pending, ulong length)
    {
        var table = new MsixTable(count);
        Assert.Equal(pending, table.PendingOffset);
        Assert.Equal(length, table.Length);

        var body = new byte[10];
        var writable = new byte[10];
        table.WriteCapability(3, body, writable);
        Assert.Equal(count - 1, BitConverter.ToUInt16(body));
        Assert.Equal(3u, BitConverter.ToUInt32(body, 2));
        Assert.Equal(pending | 3, BitConverter.ToUInt32(body, 6));
        Assert.Equal([0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0], writable);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2049)]
    public void Table_without_a_size_of_the_standard_is_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MsixTable(count));

    [Fact]
    public void What_is_signalled_before_there_is_a_sink_is_delivered_to_it()
    {
        var table = Create(2);
        table.SetControl(MsixTable.ControlEnable, busMaster: true);
        table.Signal(1);
        table.Signal(2);
        table.Signal(-1);
        table.Attach(_sink);
        Assert.Equal([new MsiMessage(0xfee0_0000, 0x51)], _sink.Delivered);
    }

    [Fact]
    public void Table_that_is_not_enabled_forgets_signals()
    {
        var table = Create(1);
        table.Attach(_sink);
        table.Signal(0);
        table.SetControl(MsixTable.ControlEnable | MsixTable.ControlMask, busMaster: true);
        table.Signal(0);
        table.SetControl(0, busMaster: true);
        table.SetControl(MsixTable.ControlEnable, busMaster: true);
        Assert.Empty(_sink.Delivered);
    }

    [Fact]
    public void Pending_bits_of_many_vectors_are_read_in_any_width()
    {
        var table = Create(200);
        table.Attach(_sink);
        table.SetControl(MsixTable.ControlEnable | MsixTable.ControlMask, busMaster: true);
        foreach (var vector in (int[])[0, 7, 64, 130, 199])
            table.Signal(vector);

        var word = new byte[8];
        Assert.Equal(IoResult.Ok, table.Read(table.PendingOffset, word));
        Assert.Equal(0x81ul, BitConverter.ToUInt64(word));
        table.Read(table.PendingOffset + 8, word);
        Assert.Equal(1ul, BitConverter.ToUInt64(word));
        table.Read(table.PendingOffset + 16, word);
        Assert.Equal(4ul, BitConverter.ToUInt64(word));
        var half = new byte[4];
        table.Read(table.PendingOffset + 24, half);
        Assert.Equal(0x80u, BitConverter.ToUInt32(half));
        Assert.Equal(IoResult.InvalidRegister, table.Read(table.PendingOffset + 32, half));
        Assert.Equal(IoResult.InvalidRegister, table.Read((200 * 16) + 4, half));
        Assert.Equal(IoResult.InvalidAccessSize, table.Read(12, word));
    }

    // One message for each time that a vector was pending, however masks and signals meet.
    [Fact]
    public void No_signal_is_lost_while_masks_come_and_go()
    {
        const int Rounds = 20_000;
        var table = Create(2);
        using var arrived = new SemaphoreSlim(0);
        table.Attach(new Counter(arrived));
        table.SetControl(MsixTable.ControlEnable, busMaster: true);
        var stop = false;
        var guest = new Thread(() =>
        {
            for (uint i = 0; !Volatile.Read(ref stop); i++)
            {
                table.Write(12, BitConverter.GetBytes(i & 1));
                table.SetControl(
                    (ushort)(MsixTable.ControlEnable | (i % 3 == 0 ? MsixTable.ControlMask : 0)), busMaster: i % 5 != 0);
            }

            table.SetControl(MsixTable.ControlEnable, busMaster: true);
            table.Write(12, [0, 0, 0, 0]);
        });
        guest.Start();
        for (var i = 0; i < Rounds; i++)
        {
            table.Signal(0);
            Assert.True(arrived.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }

        Volatile.Write(ref stop, true);
        guest.Join();
        Assert.Equal(0, arrived.CurrentCount);
    }

    private static MsixTable Create(int count)
    {
        var table = new MsixTable(count);
        for (var i = 0; i < count; i++)
        {
            table.Write((ulong)i * 16, BitConverter.GetBytes(0xfee0_0000ul));
            table.Write(((ulong)i * 16) + 8, BitConverter.GetBytes(0x50ul + (uint)i));
        }

        return table;
    }

    private sealed class ListSink : IMsiSink
    {
        public List<MsiMessage> Delivered { get; } = [];

        public void Deliver(MsiMessage message) => Delivered.Add(message);
    }

    private sealed class Counter(SemaphoreSlim arrived) : IMsiSink
    {
        public void Deliver(MsiMessage message) => arrived.Release();
    }
}
