using System.Diagnostics;
using System.Threading;
using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Devices.Block;

/// <summary>Counts what one queue does. Written by its worker alone, so nothing has to be locked; read by anybody.</summary>
internal sealed class BlockQueueMetrics
{
    /// <summary>Kinds of requests.</summary>
    public const int Operations = (int)BlockOperation.Other + 1;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly long[] _errors = new long[Operations];
    private readonly long[] _bytes = new long[Operations];
    private readonly LatencyHistogram[] _latencies = new LatencyHistogram[Operations];
    private long _busyTicks;
    private long _servingSince;
    private long _malformed;
    private long _unreadableHeaders;

    public BlockQueueMetrics()
    {
        for (var i = 0; i < Operations; i++)
            _latencies[i] = new LatencyHistogram();
    }

    public long BusyTicks => Volatile.Read(ref _busyTicks);

    /// <summary>When the request came that is being served; 0 if there is none.</summary>
    public long ServingSince => Volatile.Read(ref _servingSince);

    public long Malformed => Volatile.Read(ref _malformed);

    public long UnreadableHeaders => Volatile.Read(ref _unreadableHeaders);

    public long Errors(int operation) => Volatile.Read(ref _errors[operation]);

    public long Bytes(int operation) => Volatile.Read(ref _bytes[operation]);

    public LatencyHistogram Latency(int operation) => _latencies[operation];

    /// <summary>A request has been taken.</summary>
    public long Begin()
    {
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _servingSince, now);
        return now;
    }

    /// <summary>It has been answered, or given up.</summary>
    /// <param name="start">From <see cref="Begin"/>.</param>
    /// <returns>How long that took, in nanoseconds.</returns>
    public long End(long start)
    {
        var ticks = Stopwatch.GetTimestamp() - start;
        Add(ref _busyTicks, ticks);
        Volatile.Write(ref _servingSince, 0);
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

    private static void Add(ref long value, long more) => Volatile.Write(ref value, value + more);
}
