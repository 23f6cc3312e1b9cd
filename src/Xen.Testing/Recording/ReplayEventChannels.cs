using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Answers for event channels from a recording: a wait returns at once with the ports that it had.</summary>
/// <remarks>A call that is not the recording's next one is a <see cref="ReplayMismatchException"/>.</remarks>
public sealed class ReplayEventChannels : IEventChannels
{
    private readonly Replay _replay;

    /// <summary>Plays a recording back.</summary>
    /// <param name="replay">The recording.</param>
    public ReplayEventChannels(Replay replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        _replay = replay;
    }

    /// <inheritdoc/>
    public EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort) =>
        Port(_replay.Next(RecordedKind.BindInterdomain, remote, 1, remote.Value, remotePort.Value));

    /// <inheritdoc/>
    public EventChannelPort BindUnbound(DomainId remote) =>
        Port(_replay.Next(RecordedKind.BindUnbound, remote, 1, remote.Value));

    /// <inheritdoc/>
    public EventChannelPort BindVirq(uint virq) => Port(_replay.Next(RecordedKind.BindVirq, null, 1, virq));

    /// <inheritdoc/>
    public void Unbind(EventChannelPort port) => _replay.Next(RecordedKind.Unbind, null, 0, port.Value);

    /// <inheritdoc/>
    public void Reset() => _replay.Next(RecordedKind.Reset, null, 0);

    /// <inheritdoc/>
    public HypercallResult Notify(EventChannelPort port) => _replay.Next(RecordedKind.Notify, null, 0, port.Value).Result;

    /// <inheritdoc/>
    public void Unmask(EventChannelPort port) => _replay.Next(RecordedKind.Unmask, null, 0, port.Value);

    /// <inheritdoc/>
    public int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var recorded = _replay.Next(RecordedKind.Wait, null, null, (ulong)pending.Length);
        var ports = recorded.Values;
        if (ports.Count > pending.Length)
            throw new ReplayMismatchException(recorded.Number, "  recorded: more ports than the wait had room for");
        for (var i = 0; i < ports.Count; i++)
            pending[i] = new EventChannelPort((uint)ports[i]);
        return ports.Count;
    }

    /// <summary>Does nothing: the recording does not have it.</summary>
    public void Dispose()
    {
    }

    private static EventChannelPort Port(RecordedCall recorded) => new((uint)recorded.Values[0]);
}
