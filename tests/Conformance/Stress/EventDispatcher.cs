using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Xen.Sys;

namespace Conformance.Stress;

/// <summary>The one thread that waits on event channels which many threads use. It tells each port's owner.</summary>
internal sealed class EventDispatcher : IDisposable
{
    private readonly IEventChannels _channels;
    private readonly ConcurrentDictionary<EventChannelPort, EventMailbox> _owners = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    internal EventDispatcher(IEventChannels channels)
    {
        _channels = channels;
        _running = Task.Factory.StartNew(Run, TaskCreationOptions.LongRunning);
    }

    internal void Register(EventChannelPort port, EventMailbox mailbox) => _owners[port] = mailbox;

    internal void Forget(EventChannelPort port) => _owners.TryRemove(port, out _);

    /// <summary>Ends the thread, and throws what it met.</summary>
    internal void Stop()
    {
        _stop.Cancel();
        _running.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAny(_running);
        _stop.Dispose();
    }

    private void Run()
    {
        var pending = new EventChannelPort[16];
        while (!_stop.IsCancellationRequested)
        {
            var count = _channels.Wait(pending, Timeout.InfiniteTimeSpan, _stop.Token);
            foreach (var port in pending.AsSpan(0, count))
            {
                // Unmask first: a notification that comes after the look at the mailbox wakes us again.
                _channels.Unmask(port);
                if (_owners.TryGetValue(port, out var mailbox))
                    mailbox.Deliver();
            }
        }
    }
}
