using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Sys;
using Xen.Testing.Decoding;

namespace Xen.Testing.Tracing;

/// <summary>Writes every hypercall that goes through it as a line of text, with its structures in words.</summary>
/// <remarks>
/// It changes nothing: arguments and memory go on as they are, and results come back as they are. It reads only what the
/// contract says is there: buffers that were taken through it, and the buffers of a device model operation, of which at
/// most a page each.
/// </remarks>
public sealed unsafe partial class TracingTransport : IHypercallTransport
{
    private const int DomctlPayload = 16;
    private const int SysctlPayload = 8;
    private const int DeviceModelPayload = 8;

    // What is printed of a list of structures.
    private const int LongestList = 4;

    private readonly IHypercallTransport _inner;
    private readonly TraceLog _log;
    private readonly BufferLedger _ledger = new();
    private readonly StructureText _text;

    /// <summary>Traces a transport.</summary>
    /// <param name="inner">The transport that carries the calls out; it stays the caller's.</param>
    /// <param name="log">Where the lines go.</param>
    public TracingTransport(IHypercallTransport inner, TraceLog log)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(log);
        _inner = inner;
        _log = log;
        _text = new StructureText(_ledger);
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        ulong[] registers = [arg1, arg2, arg3, arg4, arg5];
        var described = Describe(hypercall, registers);
        var start = TraceLog.Now;
        var result = _inner.Invoke(hypercall, arg1, arg2, arg3, arg4, arg5);
        _log.Write(described.Call, TraceLog.Result(result) + Changes(described, Arguments(described.Place)), start);
        return result;
    }

    /// <inheritdoc/>
    // SAFETY: the caller passes as many descriptors as it says.
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count)
    {
        var before = OperationOf(buffers, count);
        var shape = before.Length >= sizeof(uint)
            ? HypercallShapes.OfDeviceModel(BinaryPrimitives.ReadUInt32LittleEndian(before))
            : null;
        var call = new StringBuilder(NameOf(before)).Append(CultureInfo.InvariantCulture, $" d{domain.Value}");
        var fields = Fields(before, shape);
        if (fields.Count > 0)
            call.Append(' ').Append(StructureText.Join(fields));
        if (count != 1)
            call.Append(CultureInfo.InvariantCulture, $" buffers={count}");
        if (count >= 2 && buffers is not null)
            call.Append(CultureInfo.InvariantCulture, $" data={buffers[1].size} bytes");

        var start = TraceLog.Now;
        var result = _inner.DeviceModelOp(domain, buffers, count);
        var changed = Fields(OperationOf(buffers, count), shape).Except(fields).ToList();
        _log.Write(
            call.ToString(),
            TraceLog.Result(result) + (changed.Count > 0 ? " " + StructureText.Join(changed) : ""),
            start);
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

    private static string NameOf(ReadOnlySpan<byte> operation) => operation.Length < sizeof(uint)
        ? "dm_op"
        : HypercallNames.Describe(XenAbi.__HYPERVISOR_dm_op, BinaryPrimitives.ReadUInt32LittleEndian(operation));

    // SAFETY: the caller passes as many descriptors as it says, each of memory as long as it says; of the first one no more
    // is read than the structure has.
    private static ReadOnlySpan<byte> OperationOf(xen_dm_op_buf* buffers, uint count)
    {
        if (buffers is null || count == 0 || buffers[0].h.IsNull)
            return default;
        return new ReadOnlySpan<byte>(buffers[0].h.Pointer, (int)Math.Min(buffers[0].size, (ulong)sizeof(xen_dm_op)));
    }

    private List<(string Name, string Value)> Fields(ReadOnlySpan<byte> operation, StructureLayout? shape)
    {
        if (operation.Length < DeviceModelPayload)
            return [];
        var fields = new List<(string, string)>();
        var padding = BinaryPrimitives.ReadUInt32LittleEndian(operation[sizeof(uint)..]);
        if (padding != 0)
            fields.Add(("pad", StructureText.Hex(padding)));
        if (shape is not null)
            fields.AddRange(_text.Fields(operation[DeviceModelPayload..], shape));
        return fields;
    }
}
