using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Xen.Domain.Tests.Support;
using Xen.Sys;

namespace Xen.Domain.Tests;

/// <summary>The console's ring gives what was put in, in order, and trusts no index of the other end's.</summary>
// SAFETY: the page is the machine's until it is disposed of, and places are taken modulo the size.
public sealed unsafe class ConsoleRingTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue - 1000)]
    public void Bytes_come_out_as_they_went_in(uint start)
    {
        var page = _machine.Console;
        (page->out_prod, page->out_cons, page->in_prod, page->in_cons) = (start, start, start, start);
        var ring = new ConsoleRing(page);
        var random = new Random(20_261_130);
        var (inFlight, typed) = (new Queue<byte>(), new Queue<byte>());
        var bytes = new byte[3000];
        for (var i = 0; i < 20_000; i++)
        {
            var text = bytes.AsSpan(0, random.Next(random.Next(2) == 0 ? 20 : bytes.Length));
            random.NextBytes(text);
            switch (random.Next(4))
            {
                case 0:
                    Assert.True(ring.Write(text, out var written));
                    Assert.Equal(Math.Min(text.Length, ConsoleRing.OutputSize - inFlight.Count), written);
                    foreach (var value in text[..written])
                        inFlight.Enqueue(value);
                    break;
                case 1:
                    for (var count = random.Next(inFlight.Count + 1); count > 0; count--)
                        Assert.Equal(inFlight.Dequeue(), ((byte*)&page->@out)[page->out_cons++ % ConsoleRing.OutputSize]);
                    break;
                case 2:
                    foreach (var value in text)
                    {
                        if (typed.Count == ConsoleRing.InputSize)
                            break;
                        ((byte*)&page->@in)[page->in_prod++ % ConsoleRing.InputSize] = value;
                        typed.Enqueue(value);
                    }

                    break;
                default:
                    Assert.True(ring.Read(text, out var taken));
                    Assert.Equal(Math.Min(text.Length, typed.Count), taken);
                    foreach (var value in text[..taken])
                        Assert.Equal(typed.Dequeue(), value);
                    break;
            }
        }
    }

    [Fact]
    public void Impossible_index_is_noticed_and_nothing_is_written_beside_the_ring()
    {
        var page = _machine.Console;
        var random = new Random(20_261_131);
        var ring = new ConsoleRing(page);
        var behind = new Span<byte>((byte*)page + sizeof(xencons_interface), XenPage.Size - sizeof(xencons_interface));
        behind.Fill(0x5a);
        var text = new byte[2500];
        var refused = 0;
        for (var i = 0; i < 100_000; i++)
        {
            // The other end can write to both pairs of indexes.
            var index = (uint)random.NextInt64(0, 1L << 32) >> random.Next(32);
            (page->out_cons, page->out_prod) = (index, (uint)random.Next());
            (page->in_prod, page->in_cons) = (index + (uint)random.Next(2000), (uint)random.Next());
            var (isWritten, isRead) = (ring.Write(text.AsSpan(0, random.Next(text.Length)), out var written),
                ring.Read(text.AsSpan(0, random.Next(text.Length)), out var taken));
            Assert.InRange(written, 0, isWritten ? ConsoleRing.OutputSize : 0);
            Assert.InRange(taken, 0, isRead ? ConsoleRing.InputSize : 0);
            refused += isWritten ? 0 : 1;
        }

        Assert.True(refused > 1000);
        Assert.Equal(-1, behind.IndexOfAnyExcept((byte)0x5a));
    }

    [Fact]
    public void Lines_come_whole_from_a_daemon_that_does_not_listen_for_a_while()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(_machine.Console);
        var daemon = new RateLimitedDaemon(_machine);
        var expected = new StringBuilder();
        for (var i = 0; i < 1000; i++)
        {
            var line = Line(i);
            expected.Append(line).Append("\r\n");
            var text = Encoding.ASCII.GetBytes(line + "\n");
            Assert.Equal(0, ring.WriteLines(ref platform, daemon.Transport, text, _machine.Time + 1_000_000_000));
        }

        daemon.Take();
        Assert.Equal(expected.ToString(), daemon.Text);
        Assert.True(daemon.Periods > 10);
    }

    [Fact]
    public void Text_of_several_lines_is_one_notification()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(_machine.Console);
        var daemon = new RateLimitedDaemon(_machine);
        Assert.Equal(0, ring.WriteLines(ref platform, daemon.Transport, "one\ntwo\n\nthree"u8, deadline: 0));
        Assert.Equal("one\r\ntwo\r\n\r\nthree", daemon.Text);
        Assert.Equal(1, daemon.Notifications);
        Assert.Equal(0, ring.WriteLines(ref platform, daemon.Transport, default, deadline: 0));
        Assert.Equal(1, daemon.Notifications);
    }

    [Fact]
    public void Line_without_room_is_dropped_as_a_whole()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(_machine.Console);
        var daemon = new RateLimitedDaemon(_machine) { IsGone = true };
        var expected = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            var line = Line(i);
            var dropped = ring.WriteLines(
                ref platform, daemon.Transport, Encoding.ASCII.GetBytes(line + "\n"), _machine.Time + 1_000_000_000);
            if (dropped == 0)
                expected.Append(line).Append("\r\n");
            else
                Assert.Equal(line.Length + 1, dropped);
        }

        daemon.Take();
        Assert.Equal(expected.ToString(), daemon.Text);
        Assert.InRange(daemon.Text.Length, ConsoleRing.OutputSize - 80, ConsoleRing.OutputSize);
    }

    [Fact]
    public void Line_longer_than_the_ring_goes_in_pieces()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(_machine.Console);
        var daemon = new RateLimitedDaemon(_machine);
        var text = new string('x', 10_000);
        var bytes = Encoding.ASCII.GetBytes(text + "\n");
        Assert.Equal(0, ring.WriteLines(ref platform, daemon.Transport, bytes, _machine.Time + 1_000_000_000));
        Assert.Equal(text + "\r\n", daemon.Text);
    }

    [Fact]
    public void Drained_is_what_a_daemon_has_taken_that_does_not_listen_for_a_while()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(_machine.Console);
        var daemon = new RateLimitedDaemon(_machine);
        for (var i = 0; i < 32; i++)
            Assert.Equal(0, ring.WriteLines(ref platform, daemon.Transport, "line\n"u8, deadline: 0));
        Assert.NotEqual(_machine.Console->out_prod, _machine.Console->out_cons);
        Assert.True(ring.Drain(ref platform, daemon.Transport, _machine.Time + 1_000_000_000));
        Assert.Equal(_machine.Console->out_prod, _machine.Console->out_cons);
        Assert.Equal(32 * "line\r\n".Length, daemon.Text.Length);
        var notifications = daemon.Notifications;
        Assert.True(ring.Drain(ref platform, daemon.Transport, 0));
        Assert.Equal(notifications, daemon.Notifications);
    }

    [Fact]
    public void Drain_ends_at_its_time_and_with_an_impossible_index()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(_machine.Console);
        var daemon = new RateLimitedDaemon(_machine) { IsGone = true };
        ring.WriteLines(ref platform, daemon.Transport, "line\n"u8, deadline: 0);
        var deadline = _machine.Time + 1_000_000_000;
        Assert.False(ring.Drain(ref platform, daemon.Transport, deadline));
        Assert.InRange(_machine.Time, deadline, deadline + 1_000_000);
        _machine.Console->out_cons = 100;
        Assert.False(ring.Drain(ref platform, daemon.Transport, ulong.MaxValue));
    }

    [Fact]
    public void Domain_without_a_console_writes_nowhere()
    {
        var platform = new TestPlatform(_machine);
        var ring = new ConsoleRing(null);
        Assert.False(ring.Write("text"u8, out var written));
        Assert.False(ring.Read(new byte[4], out var taken));
        Assert.Equal((0, 0), (written, taken));
        Assert.Equal(5, ring.WriteLines(ref platform, default(NoXen), "text\n"u8, _machine.Time + 1_000_000_000));
        Assert.False(ring.Drain(ref platform, default(NoXen), _machine.Time + 1_000_000_000));
    }

    private static string Line(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} ") + new string('-', number * 7 % 70);
}
