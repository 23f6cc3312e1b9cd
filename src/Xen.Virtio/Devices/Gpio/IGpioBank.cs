using Xen.Virtio.Spec.Gpio;

namespace Xen.Virtio.Devices.Gpio;

/// <summary>A bank of lines: a GPIO chip of the host, or a simulation.</summary>
/// <remarks>
/// Lines are numbered from 0; only numbers below <see cref="LineCount"/> are passed. The members that say "try" return
/// false if the host refuses. None throws; each takes a bounded time. Called on one thread at a time, but for the listener's
/// side.
/// </remarks>
public interface IGpioBank
{
    /// <summary>How many lines there are.</summary>
    int LineCount { get; }

    /// <summary>Name of a line, ASCII, of no other line; empty if it has none. Does not change.</summary>
    /// <param name="line">Which line.</param>
    string GetName(int line);

    /// <summary>Finds the direction of a line.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="direction">The direction.</param>
    bool TryGetDirection(int line, out GpioDirection direction);

    /// <summary>Sets the direction of a line; <see cref="GpioDirection.None"/> gives the line up.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="direction">The direction.</param>
    /// <param name="high">The value that an output has from the beginning.</param>
    bool TrySetDirection(int line, GpioDirection direction, bool high);

    /// <summary>Finds out whether a line is high.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="high">Whether it is.</param>
    bool TryGetValue(int line, out bool high);

    /// <summary>Drives a line that is an output.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="high">High or low.</param>
    bool TrySetValue(int line, bool high);

    /// <summary>Begins or ends to report changes of a line to the listener.</summary>
    /// <param name="line">Which line.</param>
    /// <param name="edges">Which changes; <see cref="GpioEdges.None"/> ends it.</param>
    bool TryWatch(int line, GpioEdges edges);

    /// <summary>Says who is to hear of changes.</summary>
    /// <param name="listener">The listener, in place of the one before; null for nobody.</param>
    void SetListener(IGpioListener? listener);
}
