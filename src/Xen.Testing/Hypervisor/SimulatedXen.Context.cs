using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>
/// The saved state of virtual hardware: a header, what was loaded into vCPUs, and the end. There is no hardware
/// behind it. Used under the domain's gate.
/// </content>
// SAFETY: callers pass the union of a frame; buffers are as long as it says: the caller of the real Xen has to see to it.
public sealed unsafe partial class SimulatedXen
{
    private const ushort EndRecord = 0;
    private const ushort CpuRecord = 2;
    private const int CpuRecordLength = 1032;
    private const int RecordHeaderLength = 8;

    // public/hvm/save.h: type 1, instance 0, 24 bytes, which begin with a magic number and a version.
    private static ReadOnlySpan<byte> ContextHeader =>
    [
        1, 0, 0, 0, 24, 0, 0, 0,
        0x86, 0x12, 0x38, 0x54, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    private static HypercallResult SaveContext(SimulatedDomain domain, Sys.V4_17.xen_domctl_hvmcontext* context)
    {
        if (!domain.IsHvm)
            return Invalid;
        var saved = new List<byte>();
        saved.AddRange(ContextHeader);
        foreach (var vcpu in domain.Vcpus)
        {
            if (vcpu.Context is not { } state)
                continue;
            AddRecordHeader(saved, CpuRecord, (ushort)vcpu.Number, CpuRecordLength);
            saved.AddRange(state);
        }

        AddRecordHeader(saved, EndRecord, 0, 0);
        if (!context->buffer.IsNull)
        {
            if (context->size < (uint)saved.Count)
                return HypercallResult.Failure(XenAbi.XEN_ENOSPC);
            saved.CopyTo(new Span<byte>(context->buffer.Pointer, saved.Count));
        }

        context->size = (uint)saved.Count;
        return default;
    }

    // Records of vCPUs are kept; others say nothing here.
    private static HypercallResult LoadContext(SimulatedDomain domain, Sys.V4_17.xen_domctl_hvmcontext* context)
    {
        const int Magic = 12;
        if (!domain.IsHvm)
            return Invalid;
        if (context->buffer.IsNull)
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        var records = new ReadOnlySpan<byte>(context->buffer.Pointer, (int)uint.Min(context->size, int.MaxValue));
        if (!records.StartsWith(ContextHeader[..Magic]))
            return Invalid;

        while (records.Length >= RecordHeaderLength)
        {
            var type = BinaryPrimitives.ReadUInt16LittleEndian(records);
            var instance = BinaryPrimitives.ReadUInt16LittleEndian(records[sizeof(ushort)..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(records[sizeof(uint)..]);
            records = records[RecordHeaderLength..];
            if (type == EndRecord)
                return default;
            if (length > (uint)records.Length)
                return Invalid;
            if (type == CpuRecord)
            {
                if (instance >= domain.Vcpus.Count || length != CpuRecordLength)
                    return Invalid;
                domain.Vcpus[instance].Context = records[..(int)length].ToArray();
            }

            records = records[(int)length..];
        }

        return Invalid;
    }

    private static HypercallResult SaveRecord(SimulatedDomain domain, Sys.V4_17.xen_domctl_hvmcontext_partial* request)
    {
        if (request->type != CpuRecord)
            return Invalid;
        if (request->instance >= domain.Vcpus.Count)
            return HypercallResult.Failure(XenAbi.XEN_ENOENT);
        if (!request->buffer.IsNull)
        {
            if (request->bufsz < CpuRecordLength)
                return HypercallResult.Failure(XenAbi.XEN_ENOBUFS);
            var target = new Span<byte>(request->buffer.Pointer, CpuRecordLength);
            target.Clear();
            domain.Vcpus[(int)request->instance].Context?.CopyTo(target);
        }

        request->bufsz = CpuRecordLength;
        return default;
    }

    private static void AddRecordHeader(List<byte> records, ushort type, ushort instance, uint length)
    {
        Span<byte> header = stackalloc byte[RecordHeaderLength];
        BinaryPrimitives.WriteUInt16LittleEndian(header, type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[sizeof(ushort)..], instance);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(uint)..], length);
        records.AddRange(header);
    }
}
