using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Xen.Store.Protocol;

namespace Xen.Store.Cli.Watching;

/// <summary>Watches on one connection, whose events come in the order in which the daemon sends them.</summary>
/// <remarks>
/// A <see cref="XenStoreClient"/> has a stream for each watch; what <c>xenstore-watch</c> prints for several paths is
/// in the order of the connection. So this speaks the protocol itself.
/// </remarks>
internal sealed class EventStream : IDisposable
{
    private readonly IXenStoreTransport _transport;
    private readonly CancellationTokenRegistration _ending;
    private readonly CancellationToken _stop;
    private readonly MessageBuffer _received = new();
    private readonly Queue<StoreEvent> _events = new();
    private readonly Dictionary<string, int> _depths = [];
    private uint _lastId;

    /// <summary>Connects.</summary>
    /// <exception cref="XenStoreConnectException">There is no store, or no way to it.</exception>
    public EventStream(XenStoreEndpoint endpoint, CancellationToken stop)
    {
        _transport = endpoint.Open();
        _stop = stop;
        _ending = stop.Register(_transport.Dispose);
    }

    /// <summary>Sets a watch.</summary>
    /// <param name="path">The node, or an event of domains.</param>
    /// <param name="depth">
    /// How far below it; null for all. For a daemon that does not know this, events are left out here.
    /// </param>
    /// <exception cref="XenStoreReplyException">It is no path, or has a watch.</exception>
    public void Watch(string path, int? depth)
    {
        if (depth is { } levels)
        {
            try
            {
                Ask(MessageType.Watch, path, path, levels.ToString(CultureInfo.InvariantCulture));
                return;
            }
            catch (XenStoreReplyException error) when (error.Error == XenStoreError.Invalid)
            {
                _depths[path] = levels;
            }
        }

        Ask(MessageType.Watch, path, path);
    }

    /// <summary>A node's value; null if there is no such node.</summary>
    /// <exception cref="XenStoreReplyException">It may not be read.</exception>
    public byte[]? Read(string path)
    {
        try
        {
            return Ask(MessageType.Read, path);
        }
        catch (XenStoreReplyException error) when (error.Error == XenStoreError.NotFound)
        {
            return null;
        }
    }

    /// <summary>Waits for the next event.</summary>
    /// <param name="timeout">How long.</param>
    /// <returns>Its path; null if none came in that time.</returns>
    public string? Next(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            while (_received.Read(out var message) == ParseStatus.Complete)
                Keep(message);
            while (_events.TryDequeue(out var next))
            {
                if (IsWanted(next))
                    return next.Path;
            }

            var left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
            if ((timeout != Timeout.InfiniteTimeSpan && left < TimeSpan.Zero) || !Receive(left))
                return null;
        }
    }

    public void Dispose()
    {
        _ending.Dispose();
        _transport.Dispose();
    }

    private readonly record struct StoreEvent(string Path, string Token);

    private static string Name(MessageType type) => type == MessageType.Watch ? "watch" : "read";

    private byte[] Ask(MessageType type, string path, params ReadOnlySpan<string> further)
    {
        var message = new byte[MessageBuffer.MinimumCapacity];
        var writer = new MessageWriter(message, type, ++_lastId, 0);
        writer.AddString(Encoding.UTF8.GetBytes(path));
        foreach (var word in further)
            writer.AddString(Encoding.UTF8.GetBytes(word));
        if (!writer.TryEnd(out var size))
            throw new XenStoreReplyException(XenStoreError.TooBig, "E2BIG", Name(type), path);
        Send(message.AsSpan(0, size));

        while (true)
        {
            while (_received.Read(out var reply) == ParseStatus.Complete)
            {
                if (reply.Header.Type == MessageType.Error)
                    throw new XenStoreReplyException(ErrorNames.Parse(reply.Payload), Encoding.UTF8.GetString(reply.Payload.TrimEnd((byte)0)), Name(type), path);
                if (reply.Header.Type == type)
                    return reply.Payload.ToArray();
                Keep(reply);
            }

            Receive(Timeout.InfiniteTimeSpan);
        }
    }

    private void Keep(in Message message)
    {
        if (message.Header.Type == MessageType.WatchEvent && WatchEventPayload.TryParse(message.Payload, out var found))
            _events.Enqueue(new StoreEvent(Encoding.UTF8.GetString(found.Path), Encoding.UTF8.GetString(found.Token)));
    }

    private bool IsWanted(StoreEvent found)
    {
        if (!_depths.TryGetValue(found.Token, out var depth) || found.Path.Length <= found.Token.Length)
            return true;
        var below = found.Token is "/" ? found.Path : found.Path[found.Token.Length..];
        return below.AsSpan().Count('/') <= depth;
    }

    private void Send(ReadOnlySpan<byte> message)
    {
        try
        {
            while (!message.IsEmpty)
                message = message[_transport.Send(message, Timeout.InfiniteTimeSpan)..];
        }
        catch (Exception error) when (IsEndOfWork(error))
        {
            throw new OperationCanceledException(_stop);
        }
    }

    // False if nothing came in that time.
    private bool Receive(TimeSpan timeout)
    {
        try
        {
            var count = _transport.Receive(_received.FreeSpace, timeout);
            _received.Advance(Math.Max(count, 0));
            if (count == 0)
                throw new IOException("xenstored has closed the connection");
            return count > 0;
        }
        catch (Exception error) when (IsEndOfWork(error))
        {
            throw new OperationCanceledException(_stop);
        }
    }

    private bool IsEndOfWork(Exception error) =>
        (error is IOException or ObjectDisposedException) && _stop.IsCancellationRequested;
}
