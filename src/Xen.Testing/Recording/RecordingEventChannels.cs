using System;
using System.Linq;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Records which ports are bound, and which of them were pending in each wait.</summary>
public sealed class RecordingEventChannels : IEventChannels
{
    private readonly IEventChannels _inner;
    private readonly Recorder _recorder;

    /// <summary>Records event channels.</summary>
    /// <param name="inner">What carries the calls out; disposed of with this.</param>
    /// <param name="recorder">Where they are written.</param>
    public RecordingEventChannels(IEventChannels inner, Recorder recorder)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(recorder);
        _inner = inner;
        _recorder = recorder;
    }

    /// <inheritdoc/>
    public EventChannelPort BindInterdomain(DomainId remote, EventChannelPort remotePort) => Bind(
        RecordedCalls.Capability(RecordedKind.BindInterdomain, remote.Value, remotePort.Value),
        () => _inner.BindInterdomain(remote, remotePort));

    /// <inheritdoc/>
    public EventChannelPort BindUnbound(DomainId remote) => Bind(
        RecordedCalls.Capability(RecordedKind.BindUnbound, remote.Value), () => _inner.BindUnbound(remote));

    /// <inheritdoc/>
    public EventChannelPort BindVirq(uint virq) => Bind(
        RecordedCalls.Capability(RecordedKind.BindVirq, virq), () => _inner.BindVirq(virq));

    /// <inheritdoc/>
    public void Unbind(EventChannelPort port) => Run(
        RecordedCalls.Capability(RecordedKind.Unbind, port.Value), () => _inner.Unbind(port));

    /// <inheritdoc/>
    public void Reset() => Run(RecordedCalls.Capability(RecordedKind.Reset), _inner.Reset);

    /// <inheritdoc/>
    public HypercallResult Notify(EventChannelPort port) => _recorder.Record(
        RecordedCalls.Capability(RecordedKind.Notify, port.Value),
        () => _inner.Notify(port),
        static (result, call) => call with { Result = result });

    /// <inheritdoc/>
    public void Unmask(EventChannelPort port) => Run(
        RecordedCalls.Capability(RecordedKind.Unmask, port.Value), () => _inner.Unmask(port));

    /// <inheritdoc/>
    public int Wait(Span<EventChannelPort> pending, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var call = RecordedCalls.Capability(RecordedKind.Wait, (ulong)pending.Length);
        int count;
        try
        {
            count = _inner.Wait(pending, timeout, cancellationToken);
        }
        catch (HypercallException error)
        {
            _recorder.Write(call with { Error = error.Operation, Result = HypercallResult.Failure(error.Errno) });
            throw;
        }

        _recorder.Write(call with { Values = [.. pending[..count].ToArray().Select(port => (long)port.Value)] });
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private EventChannelPort Bind(RecordedCall call, Func<EventChannelPort> bind) =>
        _recorder.Record(call, bind, static (port, made) => made with { Values = [port.Value] });

    private void Run(RecordedCall call, Action run) => _recorder.Record(
        call,
        () =>
        {
            run();
            return true;
        },
        static (_, made) => made);
}
