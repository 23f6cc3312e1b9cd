using System;
using System.Runtime.InteropServices;
using Xen.Sys;
using Xen.Testing.Decoding;

namespace Xen.Testing.Recording;

/// <summary>Answers hypercalls from a recording, without a Xen.</summary>
/// <remarks>
/// Unlike other transports it throws: <see cref="ReplayMismatchException"/> when the program makes another call than the
/// recording has.
/// </remarks>
public sealed unsafe class ReplayTransport : IHypercallTransport
{
    private readonly Replay _replay;
    private readonly BufferLedger _ledger = new();

    /// <summary>Plays a recording back.</summary>
    /// <param name="replay">The recording.</param>
    public ReplayTransport(Replay replay)
    {
        ArgumentNullException.ThrowIfNull(replay);
        _replay = replay;
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        var buffers = new CallBuffers(_ledger, [arg1, arg2, arg3, arg4, arg5]);
        var recorded = _replay.Next(RecordedCalls.Hypercall(hypercall, buffers));
        for (var i = 0; i < recorded.Outputs.Count; i++)
            recorded.Outputs[i]?.CopyTo(buffers.Memory(i), buffers.Addresses);
        return recorded.Result;
    }

    /// <inheritdoc/>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        var recorded = _replay.Next(RecordedCalls.DeviceModel(domain, buffers, count));
        for (var i = 0; i < recorded.Outputs.Count; i++)
            recorded.Outputs[i]?.CopyTo(RecordedCalls.Memory(buffers, i), []);
        return recorded.Result;
    }

    /// <inheritdoc/>
    // SAFETY: the memory is the caller's until it is given to ReleaseBuffer, and has the size that is cleared.
    public void* AcquireBuffer(nuint size)
    {
        if (size > IHypercallTransport.MaximumBufferSize)
            return null;
        var length = nuint.Max(size, XenPage.Size);
        var buffer = NativeMemory.AlignedAlloc(length, XenPage.Size);
        NativeMemory.Clear(buffer, length);
        _ledger.Add(buffer, size);
        return buffer;
    }

    /// <inheritdoc/>
    // SAFETY: callers give back what AcquireBuffer gave them, once; null is allowed.
    public void ReleaseBuffer(void* buffer)
    {
        _ledger.Remove(buffer);
        NativeMemory.AlignedFree(buffer);
    }
}
