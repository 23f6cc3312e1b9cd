using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Machine;

namespace Xen.Testing.Virtio;

/// <summary>Takes message-signalled interrupts in. Thread-safe for one waiter.</summary>
public sealed class TestMsiSink : IMsiSink
{
    private readonly object _gate = new();
    private readonly Queue<MsiMessage> _messages = new();

    /// <summary>Messages that have not been taken yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _messages.Count;
        }
    }

    /// <inheritdoc/>
    public void Deliver(MsiMessage message)
    {
        lock (_gate)
        {
            _messages.Enqueue(message);
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes the oldest message, waiting for it.</summary>
    /// <param name="timeout">How long at most; zero only looks.</param>
    /// <param name="message">The message.</param>
    /// <returns>False if none came.</returns>
    public bool TryTake(TimeSpan timeout, out MsiMessage message)
    {
        lock (_gate)
        {
            if (_messages.Count == 0)
                Monitor.Wait(_gate, timeout);
            return _messages.TryDequeue(out message);
        }
    }
}
