using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Recording;

/// <summary>Calls as they are recorded, and as a replay compares them.</summary>
internal static unsafe class RecordedCalls
{
    // Xen takes two buffers, and Linux a page in each: more is refused, and is not looked at.
    private const int MaximumBuffers = 2;

    internal static RecordedCall Hypercall(uint hypercall, CallBuffers buffers) => new()
    {
        Kind = RecordedCall.HypercallKind,
        Hypercall = hypercall,
        Arguments = [.. buffers.Arguments],
        Inputs = buffers.Capture(),
    };

    internal static RecordedCall DeviceModel(DomainId domain, xen_dm_op_buf* buffers, uint count) => new()
    {
        Kind = RecordedCall.DeviceModelKind,
        Domain = domain,
        Arguments = Sizes(buffers, count),
        Inputs = Capture(buffers, count),
    };

    /// <summary>A call of a capability.</summary>
    internal static RecordedCall Capability(string kind, params IEnumerable<ulong> arguments) => new()
    {
        Kind = kind,
        Arguments = [.. arguments.Select(argument => argument.ToString(CultureInfo.InvariantCulture))],
    };

    internal static RecordedCall Complete(
        RecordedCall call, HypercallResult result, IReadOnlyList<RecordedBuffer> after) => call with
    {
        Result = result,
        Outputs = [.. after.Zip(call.Inputs, (output, input) => output.Matches(input) ? null : output)],
    };

    internal static IReadOnlyList<RecordedBuffer> Capture(xen_dm_op_buf* buffers, uint count)
    {
        var captured = new List<RecordedBuffer>();
        for (var i = 0; i < Readable(buffers, count); i++)
            captured.Add(RecordedBuffer.Of(Memory(buffers, i)));
        return captured;
    }

    // SAFETY: the caller of the operation passes as many descriptors as it says, each of memory as long as it says.
    internal static Span<byte> Memory(xen_dm_op_buf* buffers, int index) => buffers[index].h.IsNull
        ? default
        : new Span<byte>(buffers[index].h.Pointer, (int)Math.Min(buffers[index].size, XenPage.Size));

    private static List<string> Sizes(xen_dm_op_buf* buffers, uint count)
    {
        var sizes = new List<string> { RecordedNumber.Format(count) };
        for (var i = 0; i < Readable(buffers, count); i++)
        {
            // SAFETY: there are as many descriptors as the caller says.
            sizes.Add(RecordedNumber.Format(buffers[i].size));
        }

        return sizes;
    }

    private static int Readable(xen_dm_op_buf* buffers, uint count) =>
        buffers is null ? 0 : (int)Math.Min(count, MaximumBuffers);
}
