using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Support;

/// <summary>
/// A disk in memory far away: its transfers end when they are told to, in any order, and take effect then.
/// </summary>
internal sealed class DelayedDisk(int sectors, Action<RecordedChange>? changed = null) : IConcurrentBlockBackend
{
    private readonly List<Transfer> _pending = [];
    private readonly Stack<Transfer> _free = new();
    private readonly object _gate = new();

    public byte[] Bytes { get; } = new byte[sectors * 512];

    /// <summary>Called on the worker's thread when it prepares a transfer.</summary>
    public Action? Preparing { get; set; }

    /// <summary>Called on the worker's thread when it starts a transfer.</summary>
    public Action? Starting { get; set; }

    /// <summary>Called on the worker's thread when it flushes.</summary>
    public Action? Flushing { get; set; }

    /// <summary>Whether a transfer is prepared; if not, it is done in place.</summary>
    public Func<long, int, bool>? Takes { get; set; }

    public int MaxTransfer { get; init; } = 2 << 20;

    public long Length => Bytes.Length;

    public int BlockSize => 512;

    public bool IsReadOnly => false;

    public bool CanDiscard => true;

    /// <summary>What a transfer says while it is under way.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Operations that were not transfers, in order.</summary>
    public List<string> InPlace { get; } = [];

    /// <summary>Transfers that are under way.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
                return _pending.Count;
        }
    }

    public int Flushes
    {
        get
        {
            lock (_gate)
                return InPlace.FindAll(what => what == "flush").Count;
        }
    }

    /// <summary>How many are waited for.</summary>
    public int Waiting { get; private set; }

    /// <summary>Waits until so many are under way.</summary>
    public void WaitPending(int count)
    {
        lock (_gate)
        {
            while (_pending.Count != count)
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromSeconds(30)), $"{_pending.Count} are under way, not {count}");
        }
    }

    /// <summary>Ends a transfer of those that are under way.</summary>
    /// <param name="index">Which one, oldest first.</param>
    /// <param name="result">How; it takes effect only if it succeeds.</param>
    /// <param name="takesEffect">Else it is told that it did, as one that nobody hears of any more.</param>
    /// <returns>False if there is none.</returns>
    public bool TryEnd(int index, BlockResult result = BlockResult.Success, bool takesEffect = true)
    {
        Transfer transfer;
        lock (_gate)
        {
            if (index >= _pending.Count)
                return false;
            transfer = _pending[index];
            _pending.RemoveAt(index);
            if (result == BlockResult.Success && takesEffect)
                Apply(transfer);
            transfer.Result = result;
            Monitor.PulseAll(_gate);
        }

        transfer.Ended!();
        return true;
    }

    public BlockTransfer? TryPrepare(bool isWrite, long offset, int length)
    {
        Preparing?.Invoke();
        if (Takes?.Invoke(offset, length) == false)
            return null;
        lock (_gate)
        {
            var transfer = _free.TryPop(out var free) ? free : new Transfer(this);
            transfer.Prepare(isWrite, offset, length);
            return transfer;
        }
    }

    public BlockResult Read(long offset, Span<byte> destination)
    {
        lock (_gate)
        {
            Note("read");
            Bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return BlockResult.Success;
        }
    }

    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        lock (_gate)
        {
            Note("write");
            Change(offset, source);
            return BlockResult.Success;
        }
    }

    public BlockResult Flush()
    {
        Flushing?.Invoke();
        lock (_gate)
        {
            Note("flush");
            changed?.Invoke(new RecordedChange(0, null));
            return BlockResult.Success;
        }
    }

    public BlockResult Discard(long offset, long length) => Fill("discard", offset, length, RecordingBackend.Discarded);

    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap) => Fill("zero", offset, length, 0);

    private BlockResult Fill(string what, long offset, long length, byte value)
    {
        var data = new byte[length];
        data.AsSpan().Fill(value);
        lock (_gate)
        {
            Note(what);
            Change(offset, data);
            return BlockResult.Success;
        }
    }

    private void Note(string what)
    {
        InPlace.Add(what);
        Monitor.PulseAll(_gate);
    }

    private void Apply(Transfer transfer)
    {
        if (transfer.IsWrite)
            Change(transfer.Offset, transfer.Data);
        else
            Bytes.AsSpan((int)transfer.Offset, transfer.Data.Length).CopyTo(transfer.Data);
    }

    private void Change(long offset, ReadOnlySpan<byte> source)
    {
        source.CopyTo(Bytes.AsSpan((int)offset));
        if (changed is not null)
            changed(new RecordedChange(offset, source.ToArray()));
    }

    private sealed class Transfer(DelayedDisk disk) : BlockTransfer
    {
        private byte[] _buffer = [];
        private int _length;
        private bool _isPrepared;

        public bool IsWrite { get; private set; }

        public long Offset { get; private set; }

        public BlockResult? Result { get; set; }

        public Action? Ended { get; private set; }

        public override Span<byte> Data => _buffer.AsSpan(0, _length);

        public override TimeSpan TimeLeft
        {
            get
            {
                lock (disk._gate)
                    return Result is null ? disk.Patience : TimeSpan.Zero;
            }
        }

        public void Prepare(bool isWrite, long offset, int length)
        {
            Assert.False(_isPrepared);
            _isPrepared = true;
            IsWrite = isWrite;
            Offset = offset;
            _length = length;
            Result = null;
            if (_buffer.Length < length)
                _buffer = new byte[length];
        }

        public override bool IsCompleted
        {
            get
            {
                lock (disk._gate)
                    return Result is not null;
            }
        }

        public override void Start(Action ended)
        {
            disk.Starting?.Invoke();
            lock (disk._gate)
            {
                Ended = ended;
                disk._pending.Add(this);
                Monitor.PulseAll(disk._gate);
            }
        }

        public override BlockResult Wait()
        {
            lock (disk._gate)
            {
                disk.Waiting++;
                while (Result is null)
                    Monitor.Wait(disk._gate);
                disk.Waiting--;
                return Result.Value;
            }
        }

        public override void Release()
        {
            lock (disk._gate)
            {
                Assert.True(_isPrepared);
                if (disk._pending.Contains(this)) // an assertion would allocate
                    throw new InvalidOperationException("it is under way");
                _isPrepared = false;
                disk._free.Push(this);
            }
        }
    }
}
