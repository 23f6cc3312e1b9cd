using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Watches;

namespace Xen.Store;

/// <summary>A watch that is set: a stream of events, for one reader.</summary>
/// <remarks>
/// Has a token of its own, so that two watches of the same node do not know of each other. The stream ends when the watch
/// or its client is disposed of. docs/misc/xenstore.txt, WATCH.
/// </remarks>
public sealed class XenStoreWatch : IAsyncEnumerable<XenStoreWatchEvent>, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WatchRegistry _registry;
    private readonly byte[] _watched;
    private readonly WatchQueue _queue;
    private TaskCompletionSource? _reader;
    private XenStoreWatchEventKind? _nextKind = XenStoreWatchEventKind.Initial;
    private Exception? _failure;
    private bool _hasEnded;

    internal XenStoreWatch(WatchRegistry registry, string path, int? depth, uint number, int capacity)
    {
        _registry = registry;
        _watched = Encoding.UTF8.GetBytes(path);
        _queue = new WatchQueue(path, capacity);
        Path = path;
        Depth = depth;
        Number = number;
    }

    /// <summary>What is watched.</summary>
    public string Path { get; }

    /// <summary>How far below it: 0 for the node alone, 1 with its children, and so on; null for all.</summary>
    public int? Depth { get; }

    internal uint Number { get; }

    /// <summary>Waits for the next event.</summary>
    /// <param name="cancellationToken">Gives up waiting; no event is lost.</param>
    /// <returns>The event; null at the end of the stream.</returns>
    /// <exception cref="InvalidOperationException">Somebody else waits already.</exception>
    /// <exception cref="XenStoreException">The connection was lost and is not made again, or the daemon refused to set the watch again.</exception>
    public async ValueTask<XenStoreWatchEvent?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task signal;
            lock (_gate)
            {
                if (_queue.TryTake(out var watchEvent))
                    return watchEvent;
                if (_failure is not null)
                    throw _failure;
                if (_hasEnded)
                    return null;
                if (_reader is not null)
                    throw new InvalidOperationException("a watch has one reader at a time");
                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                signal = _reader.Task;
            }

            try
            {
                await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                lock (_gate)
                    _reader = null;
            }
        }
    }

    /// <summary>The events, from now on.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerator<XenStoreWatchEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } watchEvent)
            yield return watchEvent;
    }

    /// <summary>Ends the watch, at the daemon, too.</summary>
    public async ValueTask DisposeAsync()
    {
        End(failure: null);
        await _registry.RemoveAsync(this).ConfigureAwait(false);
    }

    /// <summary>An event came.</summary>
    /// <param name="node">What changed.</param>
    /// <returns>False if events had to be put together.</returns>
    internal bool Post(ReadOnlySpan<byte> node)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return true;
            var isComplete = true;
            if (_nextKind is { } kind)
            {
                _queue.AddAll(kind);
                _nextKind = null;
            }
            else if (WatchDepth.Includes(_watched, node, Depth))
            {
                isComplete = _queue.Add(node.SequenceEqual(_watched) ? Path : Encoding.UTF8.GetString(node));
            }

            _reader?.TrySetResult();
            return isComplete;
        }
    }

    /// <summary>It is being set again: its next event says so.</summary>
    internal void ExpectRearmed()
    {
        lock (_gate)
            _nextKind ??= XenStoreWatchEventKind.Rearmed;
    }

    /// <summary>There are no more events.</summary>
    /// <param name="failure">Why, if that is an error.</param>
    internal void End(Exception? failure)
    {
        lock (_gate)
        {
            if (_hasEnded)
                return;
            _hasEnded = true;
            _failure = failure;
            _reader?.TrySetResult();
        }
    }
}
