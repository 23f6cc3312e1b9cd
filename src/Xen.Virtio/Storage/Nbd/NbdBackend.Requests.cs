using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Threading;
using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Storage.Nbd;

/// <content>Requests: waiting for a connection, for the answer, and once more.</content>
public sealed partial class NbdBackend
{
    private readonly ConcurrentBag<NbdRequest> _freeRequests = [];
    private readonly NbdBuffers _buffers;
    private readonly LogRateLimiter _errorLog = new();

    private NbdRequest Rent(NbdCommand command, ushort flags, long offset, int length, byte[]? buffer)
    {
        if (!_freeRequests.TryTake(out var request))
            request = new NbdRequest();
        request.Prepare(command, flags, offset, length, buffer);
        return request;
    }

    // After success only: what has failed may still be in the hands of the receiving thread.
    private void Return(NbdRequest request)
    {
        if (request.Buffer is { } buffer)
            _buffers.Return(buffer);
        _freeRequests.Add(request);
    }

    private BlockResult Execute(NbdRequest request)
    {
        var deadline = NbdDeadline.After(_options.RequestTimeout);
        return Complete(request, Send(request, deadline), deadline);
    }

    // Waits for what has been sent, and sends it again as often as its connection is lost.
    private BlockResult Complete(NbdRequest request, NbdConnection? connection, NbdDeadline deadline)
    {
        for (; connection is not null; connection = Send(request, deadline))
        {
            switch (request.Wait(deadline))
            {
                case NbdRequestState.Completed:
                    return request.Error == 0 ? BlockResult.Success : FailOnServer(request);
                case NbdRequestState.Lost:
                    continue;
                default:
                    connection.Abort();
                    return Fail(request, "the server did not answer in time");
            }
        }

        return Fail(request, "there is no connection to the server");
    }

    // Null if there is no connection in time.
    private NbdConnection? Send(NbdRequest request, NbdDeadline deadline)
    {
        while (WaitForConnection(deadline) is { } connection)
        {
            if (connection.TrySend(request))
                return connection;
        }

        return null;
    }

    // Null if there is no connection at this moment.
    private NbdConnection? TrySend(NbdRequest request)
    {
        NbdConnection? connection;
        lock (_state)
            connection = _connection;
        return connection is not null && connection.TrySend(request) ? connection : null;
    }

    // Null if there is none in time. While the server is away for long, nobody waits.
    private NbdConnection? WaitForConnection(NbdDeadline deadline)
    {
        lock (_state)
        {
            while (_connection is null && !_disposed)
            {
                var left = TimeSpan.FromTicks(long.Min(deadline.Left.Ticks, _patience.Left.Ticks));
                if (left == TimeSpan.Zero)
                    break;
                Monitor.Wait(_state, left);
            }

            return _disposed ? null : _connection;
        }
    }

    private BlockResult FailOnServer(NbdRequest request)
    {
        Fail(request, string.Create(CultureInfo.InvariantCulture, $"the server answers with error {request.Error}"));
        return request.Error switch
        {
            NbdProtocol.ErrorNotPermitted => BlockResult.ReadOnly,
            NbdProtocol.ErrorNoSpace => BlockResult.NoSpace,
            NbdProtocol.ErrorNotSupported => BlockResult.Unsupported,
            _ => BlockResult.Failure,
        };
    }

    private BlockResult Fail(NbdRequest request, string reason)
    {
        if (_errorLog.TryEnter(out var suppressed))
        {
            NbdLog.RequestFailed(
                _logger, _endpoint, request.Command, request.Length, request.Offset, reason, suppressed);
        }

        return BlockResult.Failure;
    }
}
