using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <content>Answers and events on their way in.</content>
internal sealed partial class StoreConnection
{
    private static readonly TimeSpan BriefWait = TimeSpan.FromMicroseconds(100);

    private bool _isReceiving;
    private bool _expectsEvents;
    private bool _hasReceiver;

    private bool IsSomethingExpected => _pending.Count > 0 || _expectsEvents;

    /// <summary>Says whether events may come at any time, so that somebody must receive always.</summary>
    /// <param name="expectsEvents">Whether there are watches.</param>
    internal void ExpectEvents(bool expectsEvents)
    {
        lock (_gate)
        {
            _expectsEvents = expectsEvents;
            WakeReceiver();
        }
    }

    /// <summary>
    /// Receives on this thread for a short time, if it is for one request's answer alone; else sees to it that another
    /// thread receives.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="time">The time.</param>
    internal void ReceiveBriefly(PendingRequest request, TimeSpan time)
    {
        if (!TryBeginReceiving(isForOne: true, time))
            return;

        var start = Stopwatch.GetTimestamp();
        var left = time;
        while (request.IsPending && left > TimeSpan.Zero && Receive(left))
            left = time - Stopwatch.GetElapsedTime(start);
        EndReceiving();
    }

    /// <summary>Sees to it that another thread receives, if something is expected.</summary>
    internal void ReceiveElsewhere()
    {
        lock (_gate)
            WakeReceiver();
    }

    /// <summary>Waits for a request's answer, and receives on this thread if no other does.</summary>
    /// <param name="request">The request.</param>
    internal void Wait(PendingRequest request)
    {
        var time = _requestTimeout is { } timeout ? timeout / 2 : Timeout.InfiniteTimeSpan;
        if (TryBeginReceiving(isForOne: false, time))
        {
            // A wait with a limit looks before it sleeps, and the answer mostly comes as soon.
            var isAlive = Receive(BriefWait);
            while (isAlive && request.IsPending)
                isAlive = Receive(time);

            EndReceiving();
        }

        request.Wait();
    }

    private bool TryBeginReceiving(bool isForOne, TimeSpan time)
    {
        lock (_gate)
        {
            var isFree = !_isReceiving && !_expectsEvents && _broken is null;
            if (!isFree || time == TimeSpan.Zero || (isForOne && _pending.Count != 1))
            {
                WakeReceiver();
                return false;
            }

            _isReceiving = true;
            return true;
        }
    }

    private void EndReceiving()
    {
        lock (_gate)
        {
            _isReceiving = false;
            WakeReceiver();
        }
    }

    /// <summary>Sees to it that somebody receives, if something is expected. The gate is held.</summary>
    private void WakeReceiver()
    {
        if (_isReceiving || !IsSomethingExpected || _broken is not null)
            return;
        if (_hasReceiver)
        {
            Monitor.PulseAll(_gate);
            return;
        }

        _hasReceiver = true;
        new Thread(ReceiveAlways) { IsBackground = true, Name = "xenstore receiver" }.Start();
    }

    private void ReceiveAlways()
    {
        while (true)
        {
            lock (_gate)
            {
                while (_broken is null && (_isReceiving || !IsSomethingExpected))
                    Monitor.Wait(_gate);
                if (_broken is not null)
                    return;
                _isReceiving = true;
            }

            var goesOn = true;
            while (goesOn && Receive(Timeout.InfiniteTimeSpan))
            {
                lock (_gate)
                {
                    goesOn = IsSomethingExpected;
                    _isReceiving = goesOn;
                }
            }
        }
    }

    /// <summary>Receives once, and hands out what came. The receiver's role is held.</summary>
    /// <returns>False if the connection is at its end.</returns>
    private bool Receive(TimeSpan timeout)
    {
        try
        {
            var count = _transport.Receive(_incoming.FreeSpace, timeout);
            if (count < 0)
                return true;
            if (count == 0)
            {
                Break(new IOException(_incoming.HasRemainder
                    ? "the daemon closed it in the middle of a message" : "the daemon closed it"));
                return false;
            }

            _incoming.Advance(count);
            return HandOut();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            Break(error);
            return false;
        }
    }

    private bool HandOut()
    {
        while (true)
        {
            switch (_incoming.Read(out var message))
            {
                case ParseStatus.NeedMoreData:
                    return true;
                case ParseStatus.TooLong:
                    Break(new IOException("a message of impossible length came: the stream is out of step"));
                    return false;
                default:
                    if (!HandOut(message))
                        return false;
                    break;
            }
        }
    }

    private bool HandOut(in Message message)
    {
        var header = message.Header;
        if (header.Type == MessageType.WatchEvent)
        {
            _owner.OnWatchEvent(message.Payload);
            return true;
        }

        PendingEntry entry;
        bool isExpected;
        lock (_gate)
        {
            isExpected = _pending.TryTake(header.RequestId, header.Type, out entry);
            if (isExpected)
            {
                _awaitsAnswer = false;
                LetOneIn();
            }
        }

        if (!isExpected)
        {
            Break(new IOException($"an answer to no request came: {RequestNames.Name(header.Type)}, id {header.RequestId}"));
            return false;
        }

        entry.Target.OnReply(entry.Tag, message);
        if (_traits.HasFlag(XenStoreTransportTraits.OneRequestAtATime))
            Flush(mayBlock: false);
        return true;
    }
}
