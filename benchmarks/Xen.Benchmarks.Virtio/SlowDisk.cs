using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading;
using Xen.Virtio.Storage;

namespace Xen.Benchmarks.Virtio;

/// <summary>A disk of zeros, each request of which takes a fixed time, however many are under way.</summary>
internal sealed class SlowDisk : IConcurrentBlockBackend, IDisposable
{
    private readonly TimeSpan _latency;
    private readonly ConcurrentQueue<Transfer> _pending = new();
    private readonly ConcurrentBag<Transfer> _free = [];
    private readonly Thread _thread;
    private volatile bool _disposed;

    internal SlowDisk(long length, TimeSpan latency)
    {
        Length = length;
        _latency = latency;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public long Length { get; }

    public int BlockSize => 512;

    public bool IsReadOnly => false;

    public bool CanDiscard => false;

    public int MaxTransfer => 1 << 20;

    public BlockTransfer? TryPrepare(bool isWrite, long offset, int length)
    {
        if (!_free.TryTake(out var transfer))
            transfer = new Transfer(this);
        transfer.Prepare(length);
        return transfer;
    }

    public BlockResult Read(long offset, Span<byte> destination)
    {
        WaitUntil(Stopwatch.GetTimestamp() + Ticks(_latency));
        destination.Clear();
        return BlockResult.Success;
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        WaitUntil(Stopwatch.GetTimestamp() + Ticks(_latency));
        return BlockResult.Success;
    }

    public BlockResult Flush() => BlockResult.Success;

    public BlockResult Discard(long offset, long length) => BlockResult.Unsupported;

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => BlockResult.Unsupported;

    public void Dispose()
    {
        _disposed = true;
        _thread.Join();
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    // No timer is that exact; the processor is given to whoever wants it.
    private static void WaitUntil(long moment)
    {
        while (Stopwatch.GetTimestamp() < moment)
            Thread.Yield();
    }

    private void Run()
    {
        while (!_disposed)
        {
            if (!_pending.TryDequeue(out var transfer))
            {
                Thread.Yield();
                continue;
            }

            WaitUntil(transfer.Due);
            transfer.End();
        }
    }

    private sealed class Transfer(SlowDisk disk) : BlockTransfer
    {
        private byte[] _buffer = [];
        private int _length;
        private Action? _ended;
        private volatile bool _hasEnded;

        internal long Due { get; private set; }

        public override Span<byte> Data => _buffer.AsSpan(0, _length);

        public override TimeSpan TimeLeft => _hasEnded ? TimeSpan.Zero : TimeSpan.FromMinutes(1);

        public override bool IsCompleted => _hasEnded;

        public override void Start(Action ended)
        {
            _ended = ended;
            Due = Stopwatch.GetTimestamp() + Ticks(disk._latency);
            disk._pending.Enqueue(this);
        }

        public override BlockResult Wait()
        {
            while (!_hasEnded)
                Thread.Yield();
            return BlockResult.Success;
        }

        public override void Release() => disk._free.Add(this);

        internal void Prepare(int length)
        {
            _hasEnded = false;
            _length = length;
            if (_buffer.Length < length)
                _buffer = new byte[length];
        }

        internal void End()
        {
            var ended = _ended!;
            _hasEnded = true;
            ended();
        }
    }
}
