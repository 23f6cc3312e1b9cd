using System;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>One call of a wrapper, what must go out, and what must come back.</summary>
/// <param name="wrapper"><c>Class.Method</c>; <c>Class.Method/N</c>, N parameters, where there are several.</param>
/// <param name="call">Calls it, and passes its out values on to <see cref="RecordingTransport.Out"/>.</param>
internal sealed class WrapperCase(string wrapper, Func<RecordingTransport, HypercallResult> call)
{
    /// <summary>The address of the argument's buffer among <see cref="Registers"/>.</summary>
    internal const ulong P = Recording.Pointer;

    internal string Wrapper { get; } = wrapper;

    internal Func<RecordingTransport, HypercallResult> Call { get; } = call;

    /// <summary>Tells cases of one wrapper apart.</summary>
    internal string Variant { get; init; } = "";

    internal string Name => Variant.Length == 0 ? Wrapper : $"{Wrapper}: {Variant}";

    /// <summary>Hypercall number and arguments; those left out are 0. Empty for a device model operation.</summary>
    internal ulong[] Registers { get; init; } = [];

    /// <summary>The domain of a device model operation.</summary>
    internal ushort? Domain { get; init; }

    /// <summary>All bytes of the argument, or of the first buffer; null if there is none. See <see cref="Bytes"/>.</summary>
    internal string? Sent { get; init; }

    /// <summary>All bytes of a device model operation's second buffer; null if there is none.</summary>
    internal string? SentData { get; init; }

    /// <summary>The result that Xen gives.</summary>
    internal long Answer { get; init; }

    /// <summary>What Xen writes: see <see cref="Wrappers.Reply"/>.</summary>
    internal string[] Reply { get; init; } = [];

    /// <summary>The wrapper's result, if it is not Xen's.</summary>
    internal long? Result { get; init; }

    /// <summary>The out values after that answer.</summary>
    internal long[] Out { get; init; } = [];

    /// <summary>The out values after a failure, if they are not all zero.</summary>
    internal long[]? OutOnFailure { get; init; }

    /// <summary>The out values without a buffer, if they are others than after a failure of Xen.</summary>
    internal long[]? OutWithoutBuffer { get; init; }

    /// <summary>The wrapper is one of those that allocate by design.</summary>
    internal bool Allocates { get; init; }
}
