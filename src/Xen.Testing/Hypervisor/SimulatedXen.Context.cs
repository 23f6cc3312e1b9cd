using System;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>The saved state of virtual hardware. Records are zero: there is no hardware behind them.</content>
// SAFETY: callers pass the union of a frame; buffers are as long as it says: the caller of the real Xen has to see to it.
public sealed unsafe partial class SimulatedXen
{
    private const uint CpuRecord = 2;
    private const int CpuRecordLength = 1032;

    private static HypercallResult SaveContext(Sys.V4_17.xen_domctl_hvmcontext* context)
    {
        var saved = SavedContext;
        if (!context->buffer.IsNull)
        {
            if (context->size < (uint)saved.Length)
                return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
            saved.CopyTo(new Span<byte>(context->buffer.Pointer, saved.Length));
        }

        context->size = (uint)saved.Length;
        return default;
    }

    // What it says is looked at no further: what vCPUs do is a test's to say.
    private static HypercallResult LoadContext(SimulatedDomain domain, Sys.V4_17.xen_domctl_hvmcontext* context)
    {
        const int Magic = 12;
        if (!domain.IsHvm || context->size < (uint)SavedContext.Length)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        var start = new ReadOnlySpan<byte>(context->buffer.Pointer, Magic);
        return start.SequenceEqual(SavedContext[..Magic]) ? default : HypercallResult.Failure(XenAbi.XEN_EINVAL);
    }

    // A context without a vCPU: the header of public/hvm/save.h (type 1, instance 0, 24 bytes) and the end (type 0).
    private static ReadOnlySpan<byte> SavedContext =>
    [
        1, 0, 0, 0, 24, 0, 0, 0,
        0x86, 0x12, 0x38, 0x54, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0,
    ];

    private static HypercallResult SaveRecord(SimulatedDomain domain, Sys.V4_17.xen_domctl_hvmcontext_partial* request)
    {
        if (request->type != CpuRecord)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (request->instance >= domain.Vcpus.Count)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        if (!request->buffer.IsNull)
        {
            if (request->bufsz < CpuRecordLength)
                return HypercallResult.Failure(XenAbi.XEN_ENOBUFS);
            new Span<byte>(request->buffer.Pointer, CpuRecordLength).Clear();
        }

        request->bufsz = CpuRecordLength;
        return default;
    }
}
