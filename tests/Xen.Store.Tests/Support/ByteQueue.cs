using System;
using System.IO;
using System.Threading;

namespace Xen.Store.Tests.Support;

/// <summary>One direction of a connection in memory: bytes in their order, as many at a time as there is room for.</summary>
internal sealed class ByteQueue(int capacity)
{
    private readonly object _gate = new();
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;
    private bool _isClosed;

    internal int Count
    {
        get
        {
            lock (_gate)
                return _end - _start;
        }
    }

    /// <summary>Adds what there is room for.</summary>
    /// <returns>How many bytes; 0 if there was no room in that time.</returns>
    /// <exception cref="IOException">It is closed.</exception>
    internal int Write(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (!Wait(() => _isClosed || _end - _start < capacity, timeout))
                return 0;
            if (_isClosed)
                throw new IOException("the other side has closed it");
            var count = Math.Min(bytes.Length, capacity - (_end - _start));
            MakeRoom(count);
            bytes[..count].CopyTo(_bytes.AsSpan(_end));
            _end += count;
            Monitor.PulseAll(_gate);
            return count;
        }
    }

    /// <summary>Takes what there is and fits.</summary>
    /// <returns>How many bytes; 0 if it is closed and empty; -1 if none came in that time.</returns>
    internal int Read(Span<byte> buffer, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (!Wait(() => _isClosed || _end > _start, timeout))
                return -1;
            var count = Math.Min(buffer.Length, _end - _start);
            _bytes.AsSpan(_start, count).CopyTo(buffer);
            _start += count;
            Monitor.PulseAll(_gate);
            return count;
        }
    }

    /// <summary>Ends it: what is in it can still be read.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool Wait(Func<bool> isSo, TimeSpan timeout)
    {
        var start = Environment.TickCount64;
        while (!isSo())
        {
            var left = timeout == Timeout.InfiniteTimeSpan
                ? timeout : timeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - start);
            if (left != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero)
                return false;
            // A time below a millisecond would be none.
            Monitor.Wait(_gate, left == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Ceiling(left.TotalMilliseconds));
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        if (_bytes.Length - _end >= count)
            return;
        var kept = _end - _start;
        var bytes = kept + count <= _bytes.Length ? _bytes : new byte[Math.Max(kept + count, _bytes.Length * 2)];
        _bytes.AsSpan(_start, kept).CopyTo(bytes);
        (_bytes, _start, _end) = (bytes, 0, kept);
    }
}
