using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>One request and its answer, in one buffer that is used again and again.</summary>
/// <remarks>
/// Belongs to the caller until it is submitted and from its completion on. Its status is that of the value task source:
/// done only when nobody will touch it any more.
/// </remarks>
internal sealed class PendingRequest : IReplyTarget, IValueTaskSource, IDisposable
{
    private const int InitialCapacity = 256;

    private readonly RequestPool _pool;
    private byte[] _buffer = new byte[InitialCapacity];
    private int _requestSize;
    private int _replyLength;
    private bool _isBlocking;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    internal PendingRequest(RequestPool pool) => _pool = pool;

    /// <summary>What is asked.</summary>
    internal MessageType Type { get; private set; }

    /// <summary>The transaction, or 0.</summary>
    internal uint TransactionId { get; private set; }

    /// <summary>The connection that it was submitted to.</summary>
    internal StoreConnection? Connection { get; set; }

    /// <summary>Its id on that connection.</summary>
    internal uint Id { get; set; }

    /// <summary>Why there is no answer; null if there is one.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Why the daemon refused; null if it did not.</summary>
    internal XenStoreError? Error { get; private set; }

    /// <summary>Whether the answer is still to come.</summary>
    internal bool IsPending => _core.GetStatus(_core.Version) == ValueTaskSourceStatus.Pending;

    /// <summary>The message to send.</summary>
    internal ReadOnlySpan<byte> Message => _buffer.AsSpan(0, _requestSize);

    /// <summary>The answer's payload.</summary>
    internal ReadOnlySpan<byte> Reply => _buffer.AsSpan(0, _replyLength);

    /// <summary>Completes with the answer, or its failure, which is in <see cref="Failure"/>.</summary>
    internal ValueTask Completion => new(this, _core.Version);

    /// <summary>The first string of the request's payload: a path, in most requests. Only before a positive answer.</summary>
    internal string? Subject
    {
        get
        {
            var strings = new StringList(_buffer.AsSpan(0, _requestSize)[MessageHeader.Size..]);
            return strings.MoveNext() && !strings.Current.IsEmpty ? Encoding.UTF8.GetString(strings.Current) : null;
        }
    }

    /// <summary>Begins the request's message.</summary>
    /// <param name="type">What is asked.</param>
    /// <param name="transactionId">The transaction, or 0.</param>
    /// <param name="payload">An upper bound of the payload's bytes.</param>
    internal MessageWriter Begin(MessageType type, uint transactionId, int payload)
    {
        EnsureCapacity(MessageHeader.Size + payload);
        Type = type;
        TransactionId = transactionId;
        return new MessageWriter(_buffer, type, 0, transactionId);
    }

    /// <summary>Ends the request's message.</summary>
    /// <param name="writer">What <see cref="Begin"/> gave.</param>
    /// <exception cref="ArgumentException">It is longer than the protocol allows.</exception>
    internal void End(MessageWriter writer)
    {
        if (!writer.TryEnd(out _requestSize))
        {
            throw new ArgumentException(
                $"XenStore {RequestNames.Name(Type)} is too long: a request has at most {XenStoreLimits.MaximumPayload} bytes with its path");
        }
    }

    /// <summary>Makes it ready to be submitted.</summary>
    /// <param name="isBlocking">Whether a thread will wait for it.</param>
    internal void Prepare(bool isBlocking)
    {
        _core.Reset();
        _isBlocking = isBlocking;
        Failure = null;
        Error = null;
    }

    /// <summary>Waits for the answer; another thread receives it.</summary>
    internal void Wait()
    {
        lock (this)
        {
            while (IsPending)
                Monitor.Wait(this);
        }
    }

    /// <inheritdoc/>
    public void OnReply(int tag, in Message reply)
    {
        if (reply.Header.Type == MessageType.Error)
        {
            var error = ErrorNames.Parse(reply.Payload);
            var name = reply.Payload.TrimEnd((byte)0);
            Error = error;
            if (!name.SequenceEqual(ErrorNames.Name(error)))
                Failure = ReplyFailure(Encoding.UTF8.GetString(name));
        }
        else
        {
            EnsureCapacity(reply.Payload.Length);
            reply.Payload.CopyTo(_buffer);
            _replyLength = reply.Payload.Length;
        }

        Complete();
    }

    /// <inheritdoc/>
    public void OnFailure(int tag, Exception error)
    {
        Failure = error;
        Complete();
    }

    /// <summary>Throws if there is no positive answer.</summary>
    internal void ThrowIfFailed()
    {
        if (Failure is not null)
            throw Failure;
        if (Error is { } error)
            throw ReplyFailure(Encoding.UTF8.GetString(ErrorNames.Name(error)));
    }

    /// <summary>An exception that says that the answer makes no sense.</summary>
    /// <param name="reason">Why.</param>
    internal XenStoreProtocolException Nonsense(string reason) => new(RequestNames.Name(Type), reason);

    /// <summary>Gives it back, for the next request.</summary>
    public void Dispose()
    {
        Connection = null;
        Failure = null;
        _pool.Return(this);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Complete()
    {
        var isBlocking = _isBlocking;
        _core.SetResult(true);
        if (!isBlocking)
            return;
        lock (this)
            Monitor.PulseAll(this);
    }

    private XenStoreReplyException ReplyFailure(string name) =>
        new(Error ?? XenStoreError.Unknown, name, RequestNames.Name(Type), Subject, TransactionId);

    private void EnsureCapacity(int capacity)
    {
        if (_buffer.Length < capacity)
            Array.Resize(ref _buffer, Math.Max(capacity, Math.Min(_buffer.Length * 2, MessageBuffer.MinimumCapacity)));
    }
}
