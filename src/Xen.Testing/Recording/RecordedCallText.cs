using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Xen.Sys;
using Xen.Testing.Decoding;

namespace Xen.Testing.Recording;

/// <summary>Recorded calls in words, and what is different between two.</summary>
internal static class RecordedCallText
{
    private const int DomctlPayload = 16;
    private const int SysctlPayload = 8;
    private const int DeviceModelPayload = 8;
    private const int ShownBytes = 16;

    // Pointers are zero in a recording, and compared by themselves.
    private static readonly StructureText Text = new(new BufferLedger());

    /// <summary>The operation, the domain and the arguments.</summary>
    internal static string Describe(RecordedCall call)
    {
        var text = new StringBuilder(call.Name);
        if (call.Kind == RecordedCall.DeviceModelKind)
            text.Append(CultureInfo.InvariantCulture, $" d{call.Domain}");
        foreach (var argument in call.Arguments)
            text.Append(' ').Append(argument);
        return text.ToString();
    }

    /// <summary>What is different, in lines.</summary>
    /// <returns>Null if nothing is.</returns>
    internal static string? Difference(RecordedCall recorded, RecordedCall actual)
    {
        var isSameCall = recorded.Kind == actual.Kind && recorded.Hypercall == actual.Hypercall
            && recorded.Domain == actual.Domain && recorded.Arguments.SequenceEqual(actual.Arguments)
            && recorded.Inputs.Count == actual.Inputs.Count;
        var buffers = isSameCall ? Enumerable.Range(0, recorded.Inputs.Count)
            .Where(i => !recorded.Inputs[i].Matches(actual.Inputs[i])).ToList() : [];
        if (isSameCall && buffers.Count == 0)
            return null;

        var text = new StringBuilder();
        text.Append("  recorded: ").Append(Describe(recorded)).Append('\n');
        text.Append("  program:  ").Append(Describe(actual));
        foreach (var buffer in buffers)
            Append(text, buffer, recorded, actual);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int buffer, RecordedCall recorded, RecordedCall actual)
    {
        var (old, now) = (recorded.Inputs[buffer], actual.Inputs[buffer]);
        var fields = buffer == 0 ? Fields(recorded).Zip(Fields(actual)).Where(pair => pair.First != pair.Second).ToList() : [];
        foreach (var ((name, before), (other, after)) in fields)
            text.Append(CultureInfo.InvariantCulture, $"\n  {name}: recorded {before}, program {(name == other ? after : other)}");
        if (old.Size != now.Size)
            text.Append(CultureInfo.InvariantCulture, $"\n  buffer {buffer}: recorded {old.Size} bytes, program {now.Size}");
        if (!old.Pointers.SequenceEqual(now.Pointers))
            text.Append(CultureInfo.InvariantCulture, $"\n  buffer {buffer}: its pointers lead elsewhere");
        var first = FirstDifference(old.Data, now.Data);
        if (fields.Count == 0 && first >= 0)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n  buffer {buffer}, from byte {first}: recorded {Bytes(old, first)}, program {Bytes(now, first)}");
        }
    }

    // The structure that the operation takes, at the start of the first buffer.
    private static List<(string Name, string Value)> Fields(RecordedCall call)
    {
        if (call.Inputs.Count == 0)
            return [];
        var bytes = new byte[Math.Min(call.Inputs[0].Size, XenPage.Size)];
        call.Inputs[0].Data.AsSpan(0, Math.Min(bytes.Length, call.Inputs[0].Data.Length)).CopyTo(bytes);
        if (call.Kind == RecordedCall.DeviceModelKind)
            return Fields(bytes, DeviceModelPayload, HypercallShapes.OfDeviceModel);
        var version = bytes.Length >= SysctlPayload ? BitConverter.ToUInt32(bytes, sizeof(uint)) : 0;
        return call.Hypercall switch
        {
            XenAbi.__HYPERVISOR_domctl =>
                Fields(bytes, DomctlPayload, operation => HypercallShapes.OfDomctl(version, operation)),
            XenAbi.__HYPERVISOR_sysctl =>
                Fields(bytes, SysctlPayload, operation => HypercallShapes.OfSysctl(version, operation)),
            _ => RecordedNumber.TryParse(call.Arguments.FirstOrDefault(RecordedNumber.Zero), out var operation)
                && HypercallShapes.Of(call.Hypercall, operation) is { Layout: { } layout }
                    ? Text.Fields(bytes, layout)
                    : [],
        };
    }

    private static List<(string Name, string Value)> Fields(
        byte[] bytes, int payload, Func<uint, StructureLayout?> shapeOf)
    {
        if (bytes.Length < payload)
            return [];
        var fields = new List<(string, string)>();
        for (var offset = 0; offset < payload; offset += sizeof(uint))
            fields.Add(($"word {offset / sizeof(uint)}", StructureText.Hex(BitConverter.ToUInt32(bytes, offset))));
        if (shapeOf(BitConverter.ToUInt32(bytes)) is { } shape)
            fields.AddRange(Text.Fields(bytes.AsSpan(payload), shape));
        return fields;
    }

    private static int FirstDifference(byte[] old, byte[] now)
    {
        var common = old.AsSpan().CommonPrefixLength(now);
        return common < Math.Max(old.Length, now.Length) ? common : -1;
    }

    private static string Bytes(RecordedBuffer buffer, int first)
    {
        var shown = buffer.Data.AsSpan(Math.Min(first, buffer.Data.Length));
        return shown.IsEmpty ? "zeros" : Convert.ToHexStringLower(shown[..Math.Min(shown.Length, ShownBytes)]);
    }
}
