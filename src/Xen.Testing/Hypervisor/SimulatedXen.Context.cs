using System;
using System.Buffers.Binary;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>The saved state of virtual hardware. Records are zero: there is no hardware behind them.</content>
// SAFETY: callers pass the union of a frame; buffers are as long as it says: the caller of the real Xen has to see to it.
public sealed unsafe partial class SimulatedXen
{
    private const uint CpuRecord = 2;
    private const int CpuRecordLength = 1032;
    private const uint EndRecord = 0;
    private const int RecordHeaderLength = 8;
    private const int HeaderRecordLength = 24;

    // The header's own header, and the magic number that its record begins with.
    private const int SavedHeaderLength = RecordHeaderLength + sizeof(uint);

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

    // A context without a vCPU: the header of public/hvm/save.h (type 1, instance 0, 24 bytes) and the end (type 0).
    private static ReadOnlySpan<byte> SavedContext =>
    [
        1, 0, 0, 0, 24, 0, 0, 0,
        0x86, 0x12, 0x38, 0x54, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0,
    ];

    // What it says of the hardware is looked at and forgotten.
    private static HypercallResult RestoreContext(SimulatedDomain domain, Sys.V4_17.xen_domctl_hvmcontext* context)
    {
        if (!domain.IsHvm)
            return HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (context->buffer.IsNull)
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        var records = new ReadOnlySpan<byte>(context->buffer.Pointer, (int)Math.Min(context->size, int.MaxValue));
        return IsContextOf(domain, records) ? default : HypercallResult.Failure(XenAbi.XEN_EINVAL);
    }

    // A header, records of vCPUs that there are, and an end: each with its type, instance and length before it.
    private static bool IsContextOf(SimulatedDomain domain, ReadOnlySpan<byte> records)
    {
        if (!records.StartsWith(SavedContext[..SavedHeaderLength]))
            return false;
        records = records[Math.Min(records.Length, RecordHeaderLength + HeaderRecordLength)..];
        while (records.Length >= RecordHeaderLength)
        {
            var type = BinaryPrimitives.ReadUInt16LittleEndian(records);
            var instance = BinaryPrimitives.ReadUInt16LittleEndian(records[2..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(records[4..]);
            if (type == EndRecord)
                return true;
            if (type == CpuRecord && (length != CpuRecordLength || instance >= domain.Vcpus.Count))
                return false;
            if (length > (uint)(records.Length - RecordHeaderLength))
                return false;
            records = records[(RecordHeaderLength + (int)length)..];
        }

        return false;
    }

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
