using System;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>Requests that need no answer.</summary>
public sealed unsafe class BufferedRequestTests : IDisposable
{
    private const ulong Address = 0xa0000;
    private const uint Slots = XenAbi.IOREQ_BUFFER_SLOT_NUM;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly ForeignGuestMemory _memory;
    private readonly ScratchDevice _device = new(0x1000);
    private readonly IoRequestHandler _handler;

    public BufferedRequestTests()
    {
        _domain = _xen.CreateDomain(7, vcpus: 2);
        _memory = new ForeignGuestMemory(_xen.ForeignMemory, _domain.Id);
        var bus = new IoBus();
        bus.Add(Address, _device);
        _handler = new IoRequestHandler(bus, new IoBus(), new PciConfigurationSpace(), _memory, NullLogger.Instance);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _xen.Dispose();
    }

    [Theory]
    [InlineData(BufferedIoreqMode.Atomic)]
    [InlineData(BufferedIoreqMode.Legacy)]
    public void Stores_arrive_in_order_and_whole_round_after_round(BufferedIoreqMode mode)
    {
        using var server = Serve(mode);
        var sizes = new uint[] { 1, 2, 4, 8 };
        for (var i = 0; i < 2000; i++)
        {
            var place = Address + 0x100 + ((ulong)(i % 64) * 8);
            _domain.Vcpus[0].Perform(VcpuAccess.WriteBuffered(place, sizes[i % 4], 0x0101010101010101UL * (byte)i));
        }

        // One that is waited for comes behind those before it, since the ring is emptied after it at the latest.
        Settle(server, 2000);
        Assert.Equal(2000, _device.Writes.Count);
        Assert.Equal(
            Enumerable.Range(0, 2000).Select(i => (0x100UL + ((ulong)(i % 64) * 8), (int)sizes[i % 4])), _device.Writes);
    }

    [Fact]
    public void Those_that_wait_are_served_while_the_ring_is_never_empty()
    {
        using var server = Serve(BufferedIoreqMode.Atomic);
        using var stop = new CancellationTokenSource();
        var flood = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                _domain.Vcpus[1].Perform(VcpuAccess.WriteBuffered(Address, 1, 1));
        });
        flood.Start();
        for (var i = 0; i < 200; i++)
            _domain.Vcpus[0].Write(Address + 8, 1, 1);
        stop.Cancel();
        flood.Join();
        Assert.True(server.Statistics.Requests >= 200);
    }

    [Fact]
    public void Clock_that_the_guest_sets_is_no_surprise()
    {
        using var server = Serve(BufferedIoreqMode.Atomic);
        _domain.Vcpus[0].Perform(VcpuAccess.SetClock(-3600));
        Settle(server, 1);
        Assert.Equal(0, server.Statistics.Unhandled);
    }

    [Fact]
    public void Half_of_a_long_store_is_dropped()
    {
        var page = new Page();
        page.Put(new buf_ioreq { type = 1, dir = 0, size = 3, addr = (uint)Address, data = 1 });
        page.Serve(_handler);
        Assert.Equal((1U, 1U), page.Pointers);
        Assert.Empty(_device.Writes);
        page.Put(new buf_ioreq { type = 1, dir = 0, size = 2, addr = (uint)Address, data = 1 });
        page.Serve(_handler);
        Assert.Single(_device.Writes);
    }

    [Fact]
    public void Pointers_that_mean_nothing_are_made_to_mean_something()
    {
        var page = new Page { Pointers = (7, 7 + Slots + 1) };
        page.Serve(_handler);
        Assert.Equal((7 + Slots + 1, 7 + Slots + 1), page.Pointers);
        page.Pointers = (uint.MaxValue, 0);
        page.Serve(_handler);
        Assert.Equal((0U, 0U), page.Pointers);
    }

    [Fact]
    public void Work_at_a_time_is_bounded()
    {
        var page = new Page { Pointers = (0, 100) };
        Assert.True(page.ServeSome(_handler, 64));
        Assert.Equal((64U, 100U), page.Pointers);
        Assert.False(page.ServeSome(_handler, 64));
        Assert.Equal((100U, 100U), page.Pointers);
    }

    [Fact]
    public void Page_of_random_bytes_ends_and_reaches_devices_only_in_whole_accesses()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var page = new Page();
            new Random(seed).NextBytes(page.Bytes);
            for (var round = 0; round < 20 && page.ServeSome(_handler, 64); round++)
            {
            }

            Assert.Equal(page.Pointers.Read, page.Pointers.Write);
        }

        Assert.All(_device.Writes, write => Assert.True(write.Size is 1 or 2 or 4 or 8));
    }

    [Fact]
    public void Rounds_that_are_taken_back_lose_and_repeat_nothing()
    {
        // As Xen does it: whenever the read pointer is past the end, both go back by whole rounds, at any moment.
        var page = new Page();
        var random = new Random(11);
        uint sent = 0;
        for (var i = 0; i < 5000; i++)
        {
            for (var n = random.Next(4); n > 0; n--)
                page.Put(new buf_ioreq { type = 1, dir = 0, size = 2, addr = (uint)Address, data = sent++ });
            if (random.Next(3) == 0)
                page.TurnBack();
            page.ServeSome(_handler, random.Next(1, 8));
            if (random.Next(3) == 0)
                page.TurnBack();
        }

        page.Serve(_handler);
        Assert.Equal(sent, (uint)_device.Writes.Count);
        Assert.Equal(sent - 1, BitConverter.ToUInt32(_device.Bytes));
    }

    private IoreqServer Serve(BufferedIoreqMode mode)
    {
        var server = IoreqServer.Create(
            _xen, _xen.ForeignMemory, _xen.EventChannels, _domain.Id, _memory, null, new() { Buffered = mode });
        server.MapMmio(Address, _device);
        server.Start();
        return server;
    }

    private static void Settle(IoreqServer server, long count) => Assert.True(
        SpinWait.SpinUntil(
            () => server.Statistics.Buffered + server.Statistics.Requests >= count, TimeSpan.FromSeconds(30)));

    // SAFETY: the page is pinned for as long as the object lives.
    private sealed class Page
    {
        internal Page() => Bytes = GC.AllocateArray<byte>(XenPage.Size, pinned: true);

        internal byte[] Bytes { get; }

        internal (uint Read, uint Write) Pointers
        {
            get => (At->read_pointer, At->write_pointer);
            set => (At->read_pointer, At->write_pointer) = value;
        }

        private buffered_iopage* At => (buffered_iopage*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(Bytes, 0);

        internal void Put(buf_ioreq entry)
        {
            At->buf_ioreq.AsSpan()[(int)(At->write_pointer % Slots)] = entry;
            At->write_pointer++;
        }

        internal void TurnBack()
        {
            var rounds = At->read_pointer / Slots * Slots;
            Pointers = (At->read_pointer - rounds, At->write_pointer - rounds);
        }

        internal bool ServeSome(IoRequestHandler handler, int limit) => new BufferedRequests(At).Serve(handler, limit);

        internal void Serve(IoRequestHandler handler) => ServeSome(handler, int.MaxValue);
    }
}
