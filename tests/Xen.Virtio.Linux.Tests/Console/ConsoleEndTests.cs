using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Console;
using Xen.Virtio.Transports.Mmio;
using static Xen.Virtio.Linux.Tests.Console.EndUser;

namespace Xen.Virtio.Linux.Tests.Console;

/// <summary>What all ends have in common.</summary>
public sealed class ConsoleEndTests
{
    private const int Much = 4 << 20;

    public static TheoryData<string> Kinds => EndBench.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Much_goes_both_ways_at_once(string kind)
    {
        using var bench = new EndBench(kind);
        var (sent, written) = (RandomBytes(Much, 1), RandomBytes(Much, 2));
        var sender = Task.Run(() => bench.Input.Write(sent));
        var reader = Task.Run(() => ReadFrom(bench.Output, Much));
        var writer = Task.Run(() => bench.User.Write(written));
        var read = await Task.Run(() => bench.User.Read(Much)).WaitAsync(Patience);
        await Task.WhenAll(sender, writer).WaitAsync(Patience);
        Assert.Equal(Hash(sent), Hash(read));
        Assert.Equal(Hash(written), Hash(await reader.WaitAsync(Patience)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reader_that_is_slow_makes_the_guest_wait_and_loses_nothing(string kind)
    {
        using var bench = new EndBench(kind);
        var written = RandomBytes(1 << 20, 3);
        var reads = 0;
        var writer = Task.Run(() => bench.User.Write(written));
        var read = await Task.Run(() => ReadFrom(bench.Output, written.Length, () =>
        {
            if (++reads % 32 == 0)
                Thread.Sleep(1);
        })).WaitAsync(Patience);
        await writer.WaitAsync(Patience);
        Assert.Equal(Hash(written), Hash(read));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Guest_that_does_not_read_makes_the_sender_wait_and_the_end_is_quiet(string kind)
    {
        using var bench = new EndBench(kind);
        var sent = RandomBytes(1 << 20, 4);
        var sender = Task.Run(() => bench.Input.Write(sent));
        var before = bench.User.Changes;
        Assert.Equal(0, bench.End.Read([]));
        Thread.Sleep(50);
        Assert.False(sender.IsCompleted);
        Assert.InRange(bench.User.Changes - before, 0, 1);
        Assert.Equal(Hash(sent), Hash(await Task.Run(() => bench.User.Read(sent.Length)).WaitAsync(Patience)));
        await sender.WaitAsync(Patience);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Much_goes_through_the_device(string kind)
    {
        const int Length = 10 << 20;
        using var bench = new EndBench(kind);
        var memory = new PlainGuestMemory(new GuestBank(0, 12 << 20));
        var line = new TestInterruptLine();
        using var transport = new VirtioMmioTransport(new ConsoleDevice(bench.End), memory, line);
        var guest = new GuestDriver(transport, memory, line, 0x10000, 0x100000);
        guest.Negotiate();
        var queues = new[] { guest.SetUpQueue(0), guest.SetUpQueue(1) };
        guest.SetDriverOk();
        var place = guest.Allocator.Allocate(0x10000);

        var written = RandomBytes(Length, 5);
        var reader = Task.Run(() => ReadFrom(bench.Output, Length));
        foreach (var chunk in written.Chunk(0x10000))
        {
            chunk.CopyTo(memory.Span(place, chunk.Length));
            queues[1].Add(new GuestBuffer(place, (uint)chunk.Length, false));
            guest.Notify(1);
            guest.WaitUsed(queues[1], Patience);
        }

        Assert.Equal(Hash(written), Hash(await reader.WaitAsync(Patience)));

        var sent = RandomBytes(Length, 6);
        var sender = Task.Run(() => bench.Input.Write(sent));
        var read = new byte[Length];
        for (var count = 0; count < Length;)
        {
            queues[0].Add(new GuestBuffer(place, 4096, true));
            guest.Notify(0);
            var used = (int)guest.WaitUsed(queues[0], Patience).Length;
            memory.Span(place, used).CopyTo(read.AsSpan(count));
            count += used;
        }

        await sender.WaitAsync(Patience);
        Assert.Equal(Hash(sent), Hash(read));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Disposed_while_it_is_full_takes_all_and_has_nothing(string kind)
    {
        using var bench = new EndBench(kind);
        var block = new byte[1 << 16];
        while (bench.End.Write(block) != 0)
        {
        }

        Assert.Equal(0, bench.End.Read(block));
        var before = bench.User.Changes;
        ((IDisposable)bench.End).Dispose();
        Assert.False(bench.End.IsConnected);
        Assert.True(bench.User.Changes > before);
        Assert.Equal(block.Length, bench.End.Write(block));
        Assert.Equal(0, bench.End.Read(block));
        ((IDisposable)bench.End).Dispose();
    }
}
