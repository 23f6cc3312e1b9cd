using System;
using System.Globalization;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Tracing;

/// <summary>Writes every call about event channels as a line of text.</summary>
public sealed class TracingEventChannels : IEventChannels
{
    private readonly IEventChannels _inner;
    private readonly TraceLog _log;

    /// <summary>Traces event channels.</summary>
    /// <param name="inner">What carries the calls out; disposed of with this.</param>
    /// <param name="log">Where the lines go.</param>
    public TracingEventChannels(IEventChannels inner, TraceLog log)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(log);
        _inner = inner;
        _log = log;
    }

    /// <inheritdoc/>
    public EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort) => _log.Trace(
        $"evtchn bind_interdomain d{remote} port={remotePort}", () => _inner.BindInterdomain(remote, remotePort), Port);

    /// <inheritdoc/>
    public EventChannelPort BindUnbound(DomainId remote) =>
        _log.Trace($"evtchn bind_unbound d{remote}", () => _inner.BindUnbound(remote), Port);

    /// <inheritdoc/>
    public EventChannelPort BindVirq(uint virq) => _log.Trace(
        string.Create(CultureInfo.InvariantCulture, $"evtchn bind_virq {virq}"), () => _inner.BindVirq(virq), Port);

    /// <inheritdoc/>
    public void Unbind(EventChannelPort port) => Run($"evtchn unbind {port}", () => _inner.Unbind(port));

    /// <inheritdoc/>
    public void Reset() => Run("evtchn reset", _inner.Reset);

    /// <inheritdoc/>
    public HypercallResult Notify(EventChannelPort port) =>
        _log.Trace($"evtchn notify {port}", () => _inner.Notify(port), TraceLog.Result);

    /// <inheritdoc/>
    public void Unmask(EventChannelPort port) => Run($"evtchn unmask {port}", () => _inner.Unmask(port));

    /// <inheritdoc/>
    public int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var call = timeout == Timeout.InfiniteTimeSpan
            ? "evtchn wait"
            : string.Create(CultureInfo.InvariantCulture, $"evtchn wait timeout={timeout.TotalMilliseconds} ms");
        var start = TraceLog.Now;
        int count;
        try
        {
            count = _inner.Wait(pending, timeout, cancellationToken);
        }
        catch (Exception error)
        {
            _log.Write(call, TraceLog.Failure(error), start);
            throw;
        }

        _log.Write(
            call,
            string.Create(CultureInfo.InvariantCulture, $"{count} [{string.Join(' ', pending[..count].ToArray())}]"),
            start);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => Run("evtchn close", _inner.Dispose);

    private static string Port(EventChannelPort port) => port.ToString();

    private void Run(string call, Action run) => _log.Trace(
        call,
        () =>
        {
            run();
            return true;
        },
        static _ => "0");
}
