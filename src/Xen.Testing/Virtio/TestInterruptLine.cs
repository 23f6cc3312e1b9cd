using System;
using System.Threading;
using Xen.Machine;

namespace Xen.Testing.Virtio;

/// <summary>An interrupt line into an edge-triggered input, as libxl describes those of virtio-mmio devices.</summary>
/// <remarks>
/// Only a change from low to high is noticed, so a device that forgets to lower its line is found out.
/// Thread-safe for one waiter.
/// </remarks>
public sealed class TestInterruptLine : IInterruptLine
{
    private readonly object _gate = new();
    private bool _asserted;
    private long _edgeCount;
    private long _edgesSeen;

    /// <summary>Level of the line now.</summary>
    public bool IsAsserted
    {
        get
        {
            lock (_gate)
                return _asserted;
        }
    }

    /// <summary>Changes from low to high since the line was made.</summary>
    public long EdgeCount
    {
        get
        {
            lock (_gate)
                return _edgeCount;
        }
    }

    /// <inheritdoc/>
    public void SetLevel(bool asserted)
    {
        lock (_gate)
        {
            if (asserted && !_asserted)
            {
                _edgeCount++;
                Monitor.Pulse(_gate);
            }

            _asserted = asserted;
        }
    }

    /// <summary>Waits for an edge that has not been waited for yet.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <returns>False if none came.</returns>
    public bool WaitForEdge(TimeSpan timeout)
    {
        lock (_gate)
        {
            if (_edgesSeen == _edgeCount && !Monitor.Wait(_gate, timeout) && _edgesSeen == _edgeCount)
                return false;
            _edgesSeen++;
            return true;
        }
    }
}
