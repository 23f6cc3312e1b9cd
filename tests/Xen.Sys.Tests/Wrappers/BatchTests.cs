using System;
using System.Linq;

namespace Xen.Sys.Tests.Wrappers;

/// <summary>What is longer than a page goes out in pieces, and nothing of it is lost or made up.</summary>
public sealed class BatchTests : IDisposable
{
    private static readonly DomainId Dom5 = new(5);

    private readonly Recording _recording = new();

    private RecordingTransport Xen => _recording.Transport;

    public void Dispose() => _recording.Dispose();

    [Fact]
    public void Grants_go_out_a_page_at_a_time()
    {
        var grants = new gnttab_map_grant_ref[300];
        Assert.True(GrantTableOp.Map(Xen, grants).IsSuccess);
        Assert.Equal([128UL, 128, 44], Registers(3));
        Assert.Equal(3, _recording.Released);
    }

    [Fact]
    public unsafe void Grant_that_Xen_did_not_reach_is_never_okay()
    {
        var copies = new gnttab_copy[300];
        _recording.Script = (call, buffer) =>
        {
            if (call == 0)
            {
                foreach (ref var copy in new Span<gnttab_copy>((void*)buffer, 102))
                    copy.status = (short)GrantStatus.Okay;
                return 0;
            }

            ((gnttab_copy*)buffer)->status = (short)GrantStatus.BadPage;
            return -XenAbi.XEN_EFAULT;
        };
        Assert.Equal(XenAbi.XEN_EFAULT, GrantTableOp.Copy(Xen, copies).Errno);
        Assert.Equal(2, _recording.CallCount);
        Assert.All(copies[..102], copy => Assert.Equal((short)GrantStatus.Okay, copy.status));
        Assert.Equal((short)GrantStatus.BadPage, copies[102].status);
        Assert.All(copies[103..], copy => Assert.Equal((short)GrantStatus.GeneralError, copy.status));
    }

    [Fact]
    public void Grants_without_a_buffer_are_not_okay_either()
    {
        _recording.IsOutOfMemory = true;
        var copies = new gnttab_copy[2];
        Assert.Equal(XenAbi.XEN_ENOMEM, GrantTableOp.Copy(Xen, copies).Errno);
        Assert.All(copies, copy => Assert.Equal((short)GrantStatus.GeneralError, copy.status));
    }

    [Fact]
    public void Nothing_to_do_is_no_call()
    {
        Assert.True(GrantTableOp.Map(Xen, []).IsSuccess);
        Assert.True(Multicall.Invoke(Xen, []).IsSuccess);
        Assert.True(ConsoleIo.Write(Xen, []).IsSuccess);
        Assert.True(DmOp.ModifiedMemory(Xen, Dom5, [], out _).IsSuccess);
        Assert.True(MemoryOp.PopulatePhysmap(Xen, Dom5, [], 0, 0, out _).IsSuccess);
        Assert.True(MemoryOp.AddToPhysmapBatch(Xen, Dom5, PhysmapSpace.GuestFrame, default, [], [], []).IsSuccess);
        Assert.Equal(0, _recording.CallCount);
        Assert.Equal(0, _recording.Acquired);
    }

    [Fact]
    public void Multicall_goes_out_a_page_at_a_time_and_says_which_calls_were_not_reached()
    {
        var calls = new multicall_entry[65];
        _recording.Script = static (call, _) => call == 0 ? 0 : -XenAbi.XEN_EFAULT;
        Assert.Equal(XenAbi.XEN_EFAULT, Multicall.Invoke(Xen, calls).Errno);
        Assert.Equal([64UL, 1], Registers(2));
        Assert.Equal(-XenAbi.XEN_EAGAIN, (long)calls[64].result);
    }

    [Fact]
    public void Console_gets_a_page_at_a_time()
    {
        Assert.True(ConsoleIo.Write(Xen, new byte[XenPage.Size + 1]).IsSuccess);
        Assert.Equal([4096UL, 1], Registers(2));
    }

    [Fact]
    public void Extents_go_out_a_page_at_a_time_and_stop_at_a_short_count()
    {
        var extents = Enumerable.Range(0, 1200).Select(i => (ulong)i).ToArray();
        _recording.Script = static (call, _) => call == 0 ? 508 : 7;
        var result = MemoryOp.PopulatePhysmap(Xen, Dom5, extents, 0, 0, out var done);
        Assert.Equal(515, result.Value);
        Assert.Equal(515, done);
        Assert.Equal(2, _recording.CallCount);
        Assert.Equal(508, BitConverter.ToInt64(_recording.Calls[1].Buffers[0], 32));
    }

    [Fact]
    public void Extents_that_are_done_are_reported_even_if_Xen_fails_afterwards()
    {
        _recording.Script = static (call, _) => call == 0 ? 508 : -XenAbi.XEN_EPERM;
        Assert.Equal(508, MemoryOp.DecreaseReservation(Xen, Dom5, new ulong[600], 0, out var done).Value);
        Assert.Equal(508, done);
    }

    [Fact]
    public unsafe void Answers_stand_at_the_places_of_their_extents()
    {
        var extents = new ulong[600];
        _recording.Script = static (call, buffer) =>
        {
            // SAFETY: the list is right behind the structure of 32 bytes.
            ((ulong*)(buffer + 32))[0] = call == 0 ? 0x51u : 0x52u;
            return call == 0 ? 508 : 92;
        };
        Assert.Equal(600, MemoryOp.IncreaseReservation(Xen, Dom5, extents, 0, 0, out _).Value);
        Assert.Equal([0x51UL, 0, 0x52, 0], (ulong[])[extents[0], extents[1], extents[508], extents[509]]);
    }

    [Fact]
    public void Physmap_batch_keeps_each_pages_error_and_gives_the_rest_that_of_the_call()
    {
        var errors = new int[500];
        _recording.Script = static (call, buffer) =>
        {
            // Xen writes the first two answers of each call, behind the structure and the other two lists.
            unsafe
            {
                var answers = (int*)(buffer + 32 + (203 * 16));
                answers[0] = 0;
                answers[1] = -XenAbi.XEN_EINVAL;
                for (var i = 2; i < 203 && call == 0; i++)
                    answers[i] = 0;
            }

            return call == 0 ? 0 : -XenAbi.XEN_EFAULT;
        };
        var result = MemoryOp.AddToPhysmapBatch(
            Xen, Dom5, PhysmapSpace.GuestFrame, default, new ulong[500], new GuestFrameNumber[500], errors);
        Assert.Equal(XenAbi.XEN_EFAULT, result.Errno);
        Assert.Equal([0, XenAbi.XEN_EINVAL, 0], errors[..3]);
        Assert.Equal([0, XenAbi.XEN_EINVAL, XenAbi.XEN_EFAULT], errors[203..206]);
        Assert.All(errors[406..], error => Assert.Equal(XenAbi.XEN_EFAULT, error));
    }

    [Fact]
    public void Modified_extents_go_out_256_at_a_time_and_the_index_counts_all_of_them()
    {
        var extents = new xen_dm_op_modified_memory_extent[300];
        _recording.Script = static (call, op) =>
        {
            // SAFETY: the structure of the operation: number, padding, number of extents.
            unsafe
            {
                ((uint*)op)[2] = 4;
            }

            return call == 0 ? 0 : -XenAbi.XEN_EFAULT;
        };
        Assert.Equal(XenAbi.XEN_EFAULT, DmOp.ModifiedMemory(Xen, Dom5, extents, out var failed).Errno);
        Assert.Equal(256 + 3, failed);
        Assert.Equal(4096, _recording.Calls[0].Lengths[1]);
        Assert.Equal(44 * 16, _recording.Calls[1].Lengths[1]);
    }

    [Fact]
    public void What_cannot_be_taken_in_pieces_is_refused_before_Xen_sees_it()
    {
        Assert.Equal(XenAbi.XEN_E2BIG, MemoryOp.AcquireResource(
            Xen, Dom5, ResourceType.GrantTable, 0, 0, new ulong[MemoryOp.MaximumResourceFrames + 1]).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, MemoryOp.AcquireResource(
            Xen, Dom5, ResourceType.GrantTable, 0, 0, []).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, GrantTableOp.SetupTable(Xen, Dom5, new ulong[510], out _).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, GrantTableOp.GetStatusFrames(Xen, Dom5, new ulong[511], out _).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, SchedOp.Poll(Xen, new EventChannelPort[129], 0).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, DmOp.TrackDirtyVram(Xen, Dom5, default, 9, new byte[1]).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, DmOp.TrackDirtyVram(
            Xen, Dom5, default, DmOp.MaximumTrackedPages + 1, new byte[2 * XenPage.Size]).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, DmOp.TrackDirtyVram(Xen, Dom5, default, uint.MaxValue, []).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, MemoryOp.AddToPhysmapBatch(
            Xen, Dom5, PhysmapSpace.GuestFrame, default, [1], [], new int[1]).Errno);
        Assert.Equal(XenAbi.XEN_E2BIG, MemoryOp.SetMemoryMap(Xen, Dom5, new E820Entry[204]).Errno);
        Assert.Equal(0, _recording.CallCount);
        Assert.Equal(0, _recording.Acquired);
    }

    [Fact]
    public void Largest_lists_fill_the_page()
    {
        Assert.True(MemoryOp.AcquireResource(
            Xen, Dom5, ResourceType.GrantTable, 0, 0, new ulong[MemoryOp.MaximumResourceFrames]).IsSuccess);
        Assert.True(GrantTableOp.SetupTable(Xen, Dom5, new ulong[509], out _).IsSuccess);
        Assert.True(GrantTableOp.GetStatusFrames(Xen, Dom5, new ulong[510], out _).IsSuccess);
        Assert.True(DmOp.TrackDirtyVram(
            Xen, Dom5, default, DmOp.MaximumTrackedPages, new byte[XenPage.Size]).IsSuccess);
        Assert.True(MemoryOp.SetMemoryMap(Xen, Dom5, new E820Entry[203]).IsSuccess);
        Assert.Equal([4096, 4096, 4096, 32, 4084], _recording.Calls.ToArray().Select(call => call.Lengths[0]));
    }

    private ulong[] Registers(int index) =>
        [.. _recording.Calls.ToArray().Select(call => call.Registers[index])];
}
