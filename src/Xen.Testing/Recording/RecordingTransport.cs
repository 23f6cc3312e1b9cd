using System;
using Xen.Sys;
using Xen.Testing.Decoding;

namespace Xen.Testing.Recording;

/// <summary>Records every hypercall that goes through it, with all that went in and came out.</summary>
/// <remarks>It changes nothing. Memory that a hypercall may point to must be taken through it.</remarks>
public sealed unsafe class RecordingTransport : IHypercallTransport
{
    private readonly IHypercallTransport _inner;
    private readonly Recorder _recorder;
    private readonly BufferLedger _ledger = new();

    /// <summary>Records a transport.</summary>
    /// <param name="inner">What carries the calls out; it stays the caller's.</param>
    /// <param name="recorder">Where they are written.</param>
    public RecordingTransport(IHypercallTransport inner, Recorder recorder)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(recorder);
        _inner = inner;
        _recorder = recorder;
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        var buffers = new CallBuffers(_ledger, [arg1, arg2, arg3, arg4, arg5]);
        var call = RecordedCalls.Hypercall(hypercall, buffers);
        var result = _inner.Invoke(hypercall, arg1, arg2, arg3, arg4, arg5);
        _recorder.Write(RecordedCalls.Complete(call, result, buffers.Capture()));
        return result;
    }

    /// <inheritdoc/>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        var call = RecordedCalls.DeviceModel(domain, buffers, count);
        var result = _inner.DeviceModelOp(domain, buffers, count);
        _recorder.Write(RecordedCalls.Complete(call, result, RecordedCalls.Capture(buffers, count)));
        return result;
    }

    /// <inheritdoc/>
    public void* AcquireBuffer(nuint size)
    {
        var buffer = _inner.AcquireBuffer(size);
        _ledger.Add(buffer, size);
        return buffer;
    }

    /// <inheritdoc/>
    public void ReleaseBuffer(void* buffer)
    {
        _ledger.Remove(buffer);
        _inner.ReleaseBuffer(buffer);
    }
}
