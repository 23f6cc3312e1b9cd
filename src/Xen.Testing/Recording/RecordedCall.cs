using System;
using System.Collections.Generic;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>A call with all that went in and came out.</summary>
internal sealed record RecordedCall
{
    internal const string HypercallKind = "hypercall";
    internal const string DeviceModelKind = "dm_op";

    /// <summary>Its number in the recording, from 1.</summary>
    internal long Number { get; init; }

    /// <summary><see cref="HypercallKind"/>, <see cref="DeviceModelKind"/>, or the call of a capability.</summary>
    internal required string Kind { get; init; }

    /// <summary>A <c>__HYPERVISOR_*</c> number; 0 for a capability.</summary>
    internal uint Hypercall { get; init; }

    /// <summary>The domain of a device model operation.</summary>
    internal DomainId Domain { get; init; }

    /// <summary>The arguments, as they are written.</summary>
    internal IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The buffers before the call.</summary>
    internal IReadOnlyList<RecordedBuffer> Inputs { get; init; } = [];

    /// <summary>The buffers after the call, null where they did not change.</summary>
    internal IReadOnlyList<RecordedBuffer?> Outputs { get; init; } = [];

    /// <summary>The results of a capability's call.</summary>
    internal IReadOnlyList<long> Values { get; init; } = [];

    /// <summary>The operation that a capability's call threw about; null if it did not.</summary>
    internal string? Error { get; init; }

    /// <summary>Xen's result.</summary>
    internal HypercallResult Result { get; init; }

    /// <summary>The operation in words.</summary>
    internal string Name => Kind switch
    {
        HypercallKind => HypercallNames.Describe(Hypercall, SubOperation),
        DeviceModelKind => HypercallNames.Describe(XenAbi.__HYPERVISOR_dm_op, FirstWord),
        _ => Kind,
    };

    private ulong? SubOperation => HypercallNames.PlaceOfSubOperation(Hypercall) switch
    {
        SubOperationPlace.FirstArgument => RecordedNumber.TryParse(Arguments.FirstOrDefault(RecordedNumber.Zero), out var number)
            ? number
            : null,
        SubOperationPlace.FirstWordOfStructure => FirstWord,
        _ => null,
    };

    private ulong? FirstWord
    {
        get
        {
            if (Inputs.Count == 0 || Inputs[0].Size < sizeof(uint))
                return null;
            Span<byte> word = stackalloc byte[sizeof(uint)];
            Inputs[0].Data.AsSpan(0, Math.Min(Inputs[0].Data.Length, sizeof(uint))).CopyTo(word);
            return BitConverter.ToUInt32(word);
        }
    }
}
