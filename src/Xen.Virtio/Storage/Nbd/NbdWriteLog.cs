using System.Collections.Generic;
using System.Threading;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>
/// The writes that the server has answered but no flush has made durable: a server that dies with its machine loses them.
/// </summary>
/// <remarks>
/// Changed by the receiving thread alone, before the thread that waits for the write hears of its end: a write that has
/// ended is in here, in the order of the ends. Buffers of writes belong to the log from then on.
/// </remarks>
internal sealed class NbdWriteLog(NbdBuffers buffers)
{
    private const int MaxEntries = 16 << 10;
    private const long MaxZeroed = 1L << 30;

    private readonly Queue<NbdLoggedWrite> _writes = new();
    private long _sequence;
    private long _bytes;
    private long _zeroed;
    private int _count;
    private bool _isOff;

    /// <summary>The number of the newest write. A flush that starts now is for all writes up to it.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>
    /// Whether there is so much that a flush is due: to keep it costs memory, and to write it all again costs time, which
    /// for zeros has nothing to do with their memory.
    /// </summary>
    /// <param name="maxBytes">How much memory the writes may take.</param>
    public bool IsLong(long maxBytes) => Volatile.Read(ref _bytes) > maxBytes
        || Volatile.Read(ref _zeroed) > MaxZeroed || Volatile.Read(ref _count) > MaxEntries;

    /// <summary>The writes, oldest first.</summary>
    public IEnumerable<NbdLoggedWrite> Writes => _writes;

    /// <summary>A write or a write of zeros has ended well.</summary>
    public void Add(NbdRequest request)
    {
        if (_isOff)
            return;
        var write = new NbdLoggedWrite(
            _sequence + 1, request.Command, request.Flags, request.Offset, request.Length, request.Buffer);
        request.Buffer = null;
        _writes.Enqueue(write);
        Count(write, 1);
        Volatile.Write(ref _sequence, write.Sequence);
    }

    /// <summary>A flush has ended well.</summary>
    /// <param name="mark">What <see cref="Sequence"/> was before it was sent.</param>
    public void DropThrough(long mark)
    {
        while (_writes.TryPeek(out var write) && write.Sequence <= mark)
        {
            _writes.Dequeue();
            Count(write, -1);
            if (write.Buffer is not null)
                buffers.Return(write.Buffer);
        }
    }

    /// <summary>A write is lost for good, so that no flush will succeed: there is nothing to keep any more.</summary>
    public void TurnOff()
    {
        _isOff = true;
        DropThrough(long.MaxValue);
    }

    private void Count(in NbdLoggedWrite write, int sign)
    {
        Volatile.Write(ref _count, _count + sign);
        if (write.Buffer is { } buffer)
            Volatile.Write(ref _bytes, _bytes + (sign * (long)buffer.Length));
        else
            Volatile.Write(ref _zeroed, _zeroed + (sign * (long)write.Length));
    }
}
