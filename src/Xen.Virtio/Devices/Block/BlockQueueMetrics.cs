using System.Diagnostics;
using System.Threading;
using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Devices.Block;

/// <summary>Counts what one queue does. Written by its worker alone, so nothing has to be locked; read by anybody.</summary>
/// <param name="depth">Most requests that are under way at once; each has a slot.</param>
internal sealed class BlockQueueMetrics(int depth)
{
    /// <summary>Kinds of requests.</summary>
    public const int Operations = (int)BlockOperation.Other + 1;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly long[] _errors = new long[Operations];
    private readonly long[] _bytes = new long[Operations];
    private readonly LatencyHistogram[] _latencies = CreateLatencies();
    private readonly long[] _starts = new long[depth];
    private int _inFlight;
    private long _busyTicks;
    private long _busySince;
    private long _malformed;
    private long _unreadableHeaders;

    public long BusyTicks => Volatile.Read(ref _busyTicks);

    /// <summary>Since when there has always been a request that was being served; 0 if there is none.</summary>
    public long BusySince => Volatile.Read(ref _busySince);

    public long Malformed => Volatile.Read(ref _malformed);

    public long UnreadableHeaders => Volatile.Read(ref _unreadableHeaders);

    public long Errors(int operation) => Volatile.Read(ref _errors[operation]);

    public long Bytes(int operation) => Volatile.Read(ref _bytes[operation]);

    public LatencyHistogram Latency(int operation) => _latencies[operation];

    /// <summary>How many requests are being served.</summary>
    /// <param name="now">Those that came later do not count.</param>
    /// <param name="oldest">Becomes the moment when the oldest of them came, if that was earlier.</param>
    public int InFlight(long now, ref long oldest)
    {
        var count = 0;
        for (var i = 0; i < _starts.Length; i++)
        {
            if (Volatile.Read(ref _starts[i]) is not 0 and var start && start < now)
            {
                count++;
                oldest = long.Min(oldest, start);
            }
        }

        return count;
    }

    /// <summary>A request has been taken.</summary>
    public void Begin(int slot)
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _starts[slot], now);
        if (_inFlight++ == 0)
            Volatile.Write(ref _busySince, now);
    }

    /// <summary>It has been answered, or given up.</summary>
    /// <returns>How long that took, in nanoseconds.</returns>
    public long End(int slot)
    {
        var now = Stopwatch.GetTimestamp();
        var ticks = now - _starts[slot];
        Volatile.Write(ref _starts[slot], 0);
        if (--_inFlight == 0)
        {
            Add(ref _busyTicks, now - _busySince);
            Volatile.Write(ref _busySince, 0);
        }

        return Stopwatch.Frequency == NanosecondsPerSecond
            ? ticks
            : (long)(ticks * ((double)NanosecondsPerSecond / Stopwatch.Frequency));
    }

    public void Served(BlockOperation operation, bool isError, long bytes, long nanoseconds)
    {
        if (isError)
            Add(ref _errors[(int)operation], 1);
        Add(ref _bytes[(int)operation], bytes);
        _latencies[(int)operation].Record(nanoseconds);
    }

    public void AddMalformed() => Add(ref _malformed, 1);

    public void AddUnreadableHeader() => Add(ref _unreadableHeaders, 1);

    private static LatencyHistogram[] CreateLatencies()
    {
        var latencies = new LatencyHistogram[Operations];
        for (var i = 0; i < latencies.Length; i++)
            latencies[i] = new LatencyHistogram();
        return latencies;
    }

    private static void Add(ref long value, long more) => Volatile.Write(ref value, value + more);
}
