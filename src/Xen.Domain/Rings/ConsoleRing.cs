using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Domain;

/// <summary>The domain's end of its console. C origin: <c>struct xencons_interface</c>, public/io/console.h.</summary>
/// <remarks>
/// Not thread-safe. After <see cref="Write"/> and <see cref="Read"/> the peer is to be notified by the console's event
/// channel. The peer is not trusted: an impossible index makes both answer false, and nothing is copied.
/// </remarks>
// SAFETY: whoever makes one vouches for the page, which stays mapped; RingBytes keeps to its two arrays.
public unsafe struct ConsoleRing
{
    /// <summary>Bytes of the ring towards the console.</summary>
    public const int OutputSize = 2048;

    /// <summary>Bytes of the ring from the console.</summary>
    public const int InputSize = 1024;

    private const int LongestLine = OutputSize - 2;

    private readonly xencons_interface* _ring;
    private uint _produced;
    private uint _consumed;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>Goes on where the indexes of the page stand.</summary>
    /// <param name="ring">The shared page; null for no console, to which nothing is written.</param>
    public ConsoleRing(xencons_interface* ring)
    {
        _ring = ring;
        if (ring is null)
            return;
        _produced = Volatile.Read(ref ring->out_prod);
        _consumed = Volatile.Read(ref ring->in_cons);
    }

    /// <summary>Writes as much as there is room for, and never waits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="written">Bytes of it that went in.</param>
    /// <returns>False if there is no console, or the peer's index is impossible.</returns>
    public bool Write(ReadOnlySpan<byte> text, out int written)
    {
        written = 0;
        if (_ring is null
            || !RingBytes.TryMeasure(_produced, Volatile.Read(ref _ring->out_cons), OutputSize, out var used))
            return false;

        written = Math.Min(text.Length, OutputSize - used);
        RingBytes.Put((byte*)&_ring->@out, OutputSize, _produced, text[..written]);
        _produced += (uint)written;
        Volatile.Write(ref _ring->out_prod, _produced);
        return true;
    }

    /// <summary>Takes what has been typed.</summary>
    /// <param name="destination">Where it goes.</param>
    /// <param name="taken">Bytes; 0 if nothing waits.</param>
    /// <returns>False if there is no console, or the peer's index is impossible.</returns>
    public bool Read(Span<byte> destination, out int taken)
    {
        taken = 0;
        if (_ring is null
            || !RingBytes.TryMeasure(Volatile.Read(ref _ring->in_prod), _consumed, InputSize, out var used))
            return false;

        taken = Math.Min(destination.Length, used);
        RingBytes.Take((byte*)&_ring->@in, InputSize, _consumed, destination[..taken]);
        _consumed += (uint)taken;
        Volatile.Write(ref _ring->in_cons, _consumed);
        return true;
    }

    /// <summary>
    /// Writes lines, as a terminal wants them, and waits for room until a time at most. A line that has none by then is
    /// dropped as a whole.
    /// </summary>
    /// <param name="platform">Where the console is, and the clock.</param>
    /// <param name="transport">The way to Xen, for notifications.</param>
    /// <param name="text">
    /// Lines end with a line feed, which becomes a carriage return and a line feed; the last one need not end. One that
    /// is longer than the ring goes in pieces.
    /// </param>
    /// <param name="deadline">System time; 0 for not to wait.</param>
    /// <returns>Bytes of the text that were dropped.</returns>
    /// <remarks>
    /// The peer is notified once, and before each wait: a console daemon takes so many notifications in a while, and
    /// ignores the others until it is over (xenconsoled: 30 in 200 ms).
    /// </remarks>
    public int WriteLines<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, ReadOnlySpan<byte> text, ulong deadline)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var dropped = 0;
        var isNews = false;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var isWhole = end is >= 0 and <= LongestLine;
            var line = text[..(isWhole ? end : Math.Min(text.Length, LongestLine))];
            var length = line.Length + (isWhole ? 1 : 0);
            text = text[length..];
            if (!AwaitRoom(ref platform, transport, line.Length + LineEnd.Length, deadline, ref isNews))
            {
                dropped += length;
                continue;
            }

            Write(line, out _);
            Write(isWhole ? LineEnd : default, out _);
            isNews = true;
        }

        if (isNews)
            EventChannelOp.Send(transport, platform.ConsolePort);
        return dropped;
    }

    /// <summary>Waits until the console daemon has taken all that was written, until a time at most.</summary>
    /// <param name="platform">Where the console is, and the clock.</param>
    /// <param name="transport">The way to Xen, for a notification.</param>
    /// <param name="deadline">System time.</param>
    /// <returns>True if it has; false if it has not by then, there is no console, or the peer's index is impossible.</returns>
    /// <remarks>For a domain's end: its toolstack may destroy it at once, and the daemon reads no ring of such a domain.</remarks>
    public readonly bool Drain<TPlatform, TTransport>(ref TPlatform platform, TTransport transport, ulong deadline)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var isNews = true;
        return AwaitRoom(ref platform, transport, OutputSize, deadline, ref isNews);
    }

    private readonly bool AwaitRoom<TPlatform, TTransport>(
        ref TPlatform platform, TTransport transport, int length, ulong deadline, ref bool isNews)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        while (_ring is not null
            && RingBytes.TryMeasure(_produced, Volatile.Read(ref _ring->out_cons), OutputSize, out var used))
        {
            if (length <= OutputSize - used)
                return true;
            if (isNews)
                EventChannelOp.Send(transport, platform.ConsolePort);
            isNews = false;
            if (platform.SystemTime >= deadline)
                return false;
            platform.SleepUntil(deadline);
        }

        return false;
    }
}
