using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>
/// An operation of domctl or sysctl as Xen's headers describe it, in bytes that are written by hand: see
/// <see cref="Bytes"/>. It becomes one case for each form.
/// </summary>
/// <param name="wrapper"><c>Class.Method</c>.</param>
/// <param name="command">The number of the operation.</param>
internal sealed class ControlSpecification(string wrapper, uint command)
{
    private const int Union = 128;
    private const ulong DomctlHypercall = 36;
    private const ulong SysctlHypercall = 35;

    /// <summary>Tells specifications of one operation apart.</summary>
    internal string Variant { get; init; } = "";

    /// <summary>The domain in the head of a domctl.</summary>
    internal ushort Domain { get; init; } = 5;

    /// <summary>The structure in the union; what is left out is zero.</summary>
    internal string Payload { get; init; } = "";

    /// <summary>The data behind the frame. A domctl's is at [90], a sysctl's at [88].</summary>
    internal string Data { get; init; } = "";

    /// <summary>What Xen writes: decimal offset from the start of the frame, colon, bytes.</summary>
    internal string[] Reply { get; init; } = [];

    internal long Answer { get; init; }

    internal long? Result { get; init; }

    internal long[] Out { get; init; } = [];

    internal long[]? OutOnFailure { get; init; }

    /// <summary>The cases of a domctl.</summary>
    /// <param name="call">Calls it, and passes on what comes out.</param>
    /// <param name="isIn">In which forms this is what happens; null for all of them.</param>
    internal IEnumerable<ControlCase> Domctl(
        Func<RecordingTransport, DomctlInterface, HypercallResult> call, Func<DomctlInterface, bool>? isIn = null) =>
        from form in ControlForms.Domctl
        where isIn is null || isIn(form)
        select Build(
            form.Version, form.Architecture, DomctlHypercall, $"{Head(form.Version)} {Little(Domain, 2)} 00*6",
            xen => call(xen, form), xen => call(xen, default));

    /// <summary>The cases of a sysctl.</summary>
    /// <param name="call">Calls it, and passes on what comes out.</param>
    /// <param name="isIn">In which forms this is what happens; null for all of them.</param>
    internal IEnumerable<ControlCase> Sysctl(
        Func<RecordingTransport, SysctlInterface, HypercallResult> call, Func<SysctlInterface, bool>? isIn = null) =>
        from form in ControlForms.Sysctl
        where isIn is null || isIn(form)
        select Build(
            form.Version, form.Architecture, SysctlHypercall, Head(form.Version),
            xen => call(xen, form), xen => call(xen, default));

    /// <summary>The case of a domctl that has version 0 whichever Xen it is.</summary>
    /// <param name="call">Calls it, and passes on what comes out.</param>
    internal IEnumerable<ControlCase> Stable(Func<RecordingTransport, HypercallResult> call) =>
    [
        Build(0, default, DomctlHypercall, $"{Head(0)} {Little(Domain, 2)} 00*6", call, call),
    ];

    private static string Little(ulong value, int bytes) => string.Concat(
        Enumerable.Range(0, bytes).Select(i => ((byte)(value >> (8 * i))).ToString("x2", CultureInfo.InvariantCulture)));

    private string Head(uint version) => $"{Little(command, 4)} {Little(version, 4)}";

    private ControlCase Build(
        uint version, Architecture architecture, ulong hypercall, string head,
        Func<RecordingTransport, HypercallResult> call, Func<RecordingTransport, HypercallResult> callUnsupported) =>
        new(
            new WrapperCase(wrapper, call)
            {
                Variant = $"{ControlForms.Name(version, architecture)} {Variant}".TrimEnd(),
                Registers = [hypercall, WrapperCase.P],
                Sent = $"{head} {Payload} 00*{Union - Bytes.Parse(Payload).Length} {Data}",
                Answer = Answer,
                Reply = Reply,
                Result = Result,
                Out = Out,
                OutOnFailure = OutOnFailure,
            },
            callUnsupported);
}
