using System;
using System.Collections.Concurrent;

namespace Xen.Virtio.Storage.Nbd;

/// <content>Transfers: requests that their caller does not wait for at once.</content>
public sealed partial class NbdBackend
{
    private readonly ConcurrentBag<Transfer> _freeTransfers = [];

    /// <inheritdoc/>
    public int MaxTransfer => _piece;

    /// <inheritdoc/>
    public BlockTransfer? TryPrepare(bool isWrite, long offset, int length)
    {
        if (offset > Length - length)
            return null;

        // Whole blocks are read; those who want less get their part. What writes a part of a block has to read first.
        var start = RoundDown(offset);
        var whole = RoundUp(offset + length) - start;
        if (whole > _piece || (isWrite && (IsReadOnly || whole != length)))
            return null;

        var request = Rent(
            isWrite ? NbdCommand.Write : NbdCommand.Read, isWrite ? WriteFlags : (ushort)0, start, (int)whole,
            _buffers.Rent((int)whole));
        if (!_freeTransfers.TryTake(out var transfer))
            transfer = new Transfer(this);
        transfer.Prepare(request, (int)(offset - start), length);
        return transfer;
    }

    private sealed class Transfer(NbdBackend backend) : BlockTransfer
    {
        private NbdRequest _request = null!;
        private NbdConnection? _connection;
        private NbdDeadline _deadline;
        private int _skipped;
        private int _length;

        // What has failed may still be in the hands of the receiving thread.
        private bool _mayReuse;

        public override Span<byte> Data => _request.Data.Slice(_skipped, _length);

        // Without a connection there is nothing that would end it: then whoever waits finds one.
        public override TimeSpan TimeLeft =>
            _connection is null || _request.State != NbdRequestState.Pending ? TimeSpan.Zero : _deadline.Left;

        // What is written may make a flush due.
        public override bool IsCompleted => _connection is not null && _request.IsCompleted
            && !(_request.Command == NbdCommand.Write && backend._log.IsLong(backend._options.UnflushedBytes));

        public void Prepare(NbdRequest request, int skipped, int length)
        {
            _request = request;
            _connection = null;
            _skipped = skipped;
            _length = length;
            _mayReuse = true;
        }

        public override void Start(Action ended)
        {
            _mayReuse = false;
            _request.Ended = ended;
            _deadline = NbdDeadline.After(backend._options.RequestTimeout);
            _connection = backend.TrySend(_request);
        }

        public override BlockResult Wait()
        {
            var connection = _connection ?? backend.Send(_request, _deadline);
            var result = backend.Complete(_request, connection, _deadline);
            _mayReuse = result == BlockResult.Success;
            if (_mayReuse && _request.Command == NbdCommand.Write)
                backend.KeepLogShort();
            return result;
        }

        public override void Release()
        {
            if (_mayReuse)
                backend.Return(_request);
            _request = null!;
            _connection = null;
            backend._freeTransfers.Add(this);
        }
    }
}
