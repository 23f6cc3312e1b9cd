using System;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys.Tests.Wrappers;

namespace Xen.Sys.Tests.Control;

/// <summary>Frames of devices go out 64 at a time, and on from where Xen stopped.</summary>
public sealed class MapMemoryTests : IDisposable
{
    private static readonly DomctlInterface Form = ControlForms.Domctl[0];

    private readonly Recording _recording = new();

    public void Dispose() => _recording.Dispose();

    [Fact]
    public void More_than_64_frames_go_out_in_batches()
    {
        Assert.Equal((0, 150UL), Map(150));
        Assert.Equal([(0x400, 0x800, 64), (0x440, 0x840, 64), (0x480, 0x880, 22)], Batches());
    }

    [Fact]
    public void Positive_answer_is_how_far_Xen_came()
    {
        _recording.Script = static (call, _) => call == 1 ? 10 : 0;
        Assert.Equal((0, 100UL), Map(100));
        Assert.Equal([(0x400, 0x800, 64), (0x440, 0x840, 36), (0x44a, 0x84a, 26)], Batches());
    }

    [Fact]
    public void First_failure_ends_it_and_what_was_done_is_told()
    {
        _recording.Script = static (call, _) => call switch { 0 => 0, 1 => 3, _ => -XenAbi.XEN_EBUSY };
        Assert.Equal((XenAbi.XEN_EBUSY, 67UL), Map(1000));
        Assert.Equal(3, _recording.CallCount);
    }

    [Fact]
    public void Answer_that_cannot_be_counts_as_all_of_the_batch()
    {
        _recording.Answer = 1000;
        Assert.Equal((0, 65UL), Map(65));
        Assert.Equal([(0x400, 0x800, 64), (0x440, 0x840, 1)], Batches());
    }

    [Fact]
    public void No_frames_are_no_call()
    {
        Assert.Equal((0, 0UL), Map(0));
        Assert.Equal(0, _recording.CallCount);
    }

    private (int Errno, ulong Done) Map(ulong count)
    {
        var result = Domctl.MapMemory(
            _recording.Transport, Form, new DomainId(5), new GuestFrameNumber(0x400), 0x800, count, true, out var done);
        return (result.Errno, done);
    }

    // The structure behind the head: guest frame, host frame, count.
    private (int Gfn, int Mfn, int Count)[] Batches() =>
    [
        .. _recording.Calls.ToArray().Select(call =>
        {
            var mapping = MemoryMarshal.Cast<byte, ulong>(call.Buffers[0].AsSpan(16, 24));
            return ((int)mapping[0], (int)mapping[1], (int)mapping[2]);
        }),
    ];
}
