using System;
using System.Threading;

namespace Conformance.Stress;

/// <summary>
/// What shared memory is for a real event channel: the sender numbers its events, and the receiver says up to which
/// number it has been woken.
/// </summary>
internal sealed class EventMailbox
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Not a Lock: it is waited for, and pulsed.
    private readonly object _gate = new();
    private long _sent;
    private long _seen;

    /// <summary>A number for an event that is about to be sent.</summary>
    internal long Number()
    {
        lock (_gate)
            return ++_sent;
    }

    /// <summary>The receiver was woken: it sees all numbers so far.</summary>
    internal void Deliver()
    {
        lock (_gate)
        {
            _seen = _sent;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the receiver has seen an event.</summary>
    /// <exception cref="LostEventException">It does not come.</exception>
    internal void WaitUntilSeen(long number)
    {
        lock (_gate)
        {
            while (_seen < number)
            {
                if (!Monitor.Wait(_gate, Patience))
                    throw new LostEventException($"event {number} is lost: {_seen} was the last");
            }
        }
    }
}
