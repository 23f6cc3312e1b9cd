using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Xen.Sys;
using Xen.Testing.Decoding;

namespace Xen.Testing.Tracing;

/// <content>What registers lead to.</content>
public sealed unsafe partial class TracingTransport
{
    private static readonly StructureLayout MulticallEntry = StructureLayout.Of(typeof(multicall_entry));

    // Names and arguments of a call, and where its structures are.
    private Description Describe(uint hypercall, ulong[] registers) =>
        hypercall is XenAbi.__HYPERVISOR_domctl or XenAbi.__HYPERVISOR_sysctl
            ? DescribeControl(hypercall, registers[0])
            : DescribeStable(hypercall, registers);

    private Description DescribeControl(uint hypercall, ulong address)
    {
        var isDomctl = hypercall == XenAbi.__HYPERVISOR_domctl;
        var payload = isDomctl ? DomctlPayload : SysctlPayload;
        if (!_ledger.TryFind(address, out var buffer) || buffer.From(address).Length < payload)
            return new Description(HypercallNames.Describe(hypercall, null) + " " + _text.Pointer(address), null, []);

        ReadOnlySpan<byte> frame = buffer.From(address);
        var command = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        var version = BinaryPrimitives.ReadUInt32LittleEndian(frame[sizeof(uint)..]);
        var shape = isDomctl ? HypercallShapes.OfDomctl(version, command) : HypercallShapes.OfSysctl(version, command);
        var call = new StringBuilder(HypercallNames.Describe(hypercall, command));
        if (isDomctl)
            call.Append(CultureInfo.InvariantCulture, $" d{BinaryPrimitives.ReadUInt16LittleEndian(frame[8..])}");
        call.Append(CultureInfo.InvariantCulture, $" version=0x{version:x}");
        var place = shape is null ? null : new Place(address + (ulong)payload, shape, 1);
        return Complete(call, place);
    }

    private Description DescribeStable(uint hypercall, ulong[] registers)
    {
        var hasSubOperation = HypercallNames.PlaceOfSubOperation(hypercall) == SubOperationPlace.FirstArgument;
        var subOperation = hasSubOperation ? registers[0] : (ulong?)null;
        var shape = HypercallShapes.Of(hypercall, subOperation);
        var call = new StringBuilder(HypercallNames.Describe(hypercall, subOperation));
        var last = Array.FindLastIndex(registers, register => register != 0);
        for (var i = hasSubOperation ? 1 : 0; i <= last; i++)
        {
            if (i != shape?.Register || !_ledger.TryFind(registers[i], out _))
                call.Append(' ').Append(Register(registers[i]));
        }

        if (shape is null)
            return new Description(call.ToString(), null, []);
        var count = shape.CountRegister is { } counter ? registers[counter] : 1;
        return Complete(call, new Place(registers[shape.Register], shape.Layout, count));
    }

    private Description Complete(StringBuilder call, Place? place)
    {
        var arguments = Arguments(place);
        foreach (var argument in arguments.Where(argument => argument.Count > 0))
            call.Append(' ').Append(StructureText.Join(argument));
        return new Description(call.ToString(), place, arguments);
    }

    // The structures as they are now. A text is an answer, and is told when it has changed.
    private List<List<(string Name, string Value)>> Arguments(Place? place)
    {
        var structures = new List<List<(string, string)>>();
        if (place is null || !_ledger.TryFind(place.Address, out var buffer))
            return structures;

        ReadOnlySpan<byte> bytes = buffer.From(place.Address);
        if (place.Layout is not { } layout)
            return [[("text", Quote(bytes))]];
        for (var i = 0UL; i < Math.Min(place.Count, LongestList) && bytes.Length >= layout.Size; i++)
        {
            structures.Add(layout == MulticallEntry ? Entry(bytes) : _text.Fields(bytes[..layout.Size], layout));
            bytes = bytes[layout.Size..];
        }

        return structures;
    }

    // Each call of a multicall by its name, and its result.
    private List<(string Name, string Value)> Entry(ReadOnlySpan<byte> bytes)
    {
        var entry = MemoryMarshal.Read<multicall_entry>(bytes);
        var hypercall = (uint)entry.op;
        var hasSubOperation = HypercallNames.PlaceOfSubOperation(hypercall) == SubOperationPlace.FirstArgument;
        var arguments = entry.args.AsSpan();
        var used = arguments[..(arguments.LastIndexOfAnyExcept(0UL) + 1)].ToArray();
        return
        [
            ("call", HypercallNames.Describe(hypercall, hasSubOperation ? arguments[0] : null)),
            ("args", $"[{string.Join(' ', used.Select(Register))}]"),
            ("result", TraceLog.Result(new HypercallResult((long)entry.result))),
        ];
    }

    private static string Changes(Description described, List<List<(string Name, string Value)>> after)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Math.Min(after.Count, described.Arguments.Count); i++)
        {
            var changed = after[i].Except(described.Arguments[i]).ToList();
            if (changed.Count > 0)
                text.Append(' ').Append(StructureText.Join(changed));
        }

        return text.ToString();
    }

    private static string Quote(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        var text = new StringBuilder("\"");
        foreach (var letter in end < 0 ? bytes : bytes[..end])
            text.Append(letter is >= (byte)' ' and <= (byte)'~' and not (byte)'"' ? (char)letter : '.');
        return text.Append('"').ToString();
    }

    private string Register(ulong value) =>
        _ledger.TryFind(value, out _) ? _text.Pointer(value) : StructureText.Hex(value);

    private sealed record Place(ulong Address, StructureLayout? Layout, ulong Count);

    private sealed record Description(string Call, Place? Place, List<List<(string Name, string Value)>> Arguments);
}
