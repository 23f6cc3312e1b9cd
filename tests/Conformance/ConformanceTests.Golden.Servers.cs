using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about IOREQ servers and their ranges.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "server/create-first", "server/create-second", "server/create-third", "server/create-fourth",
        "server/create-fifth", "server/create-sixth", "server/create-seventh", "server/create-eighth",
        "server/create-ninth", "server/create-tenth", "server/unknown-kind-of-buffering", "server/id-of-first",
        "server/id-of-second", "server/id-of-third")]
    public void Servers_are_eight_and_have_the_lowest_free_ids()
    {
        Golden("server/create-first", CreateServer(BufferedIoreqMode.Atomic, out var first));
        Golden("server/id-of-first", first.Value);
        Golden("server/create-second", CreateServer(BufferedIoreqMode.Off, out var second));
        Golden("server/id-of-second", second.Value);
        Golden("server/create-third", CreateServer(BufferedIoreqMode.Off, out var third));
        Golden("server/id-of-third", third.Value);
        foreach (var number in new[] { "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth" })
            Golden("server/create-" + number, CreateServer(BufferedIoreqMode.Off, out _));
        Golden("server/unknown-kind-of-buffering", CreateServer((BufferedIoreqMode)3, out _));
    }

    [Fact]
    [Golden(
        "server/info-without-frames", "server/buffered-port", "server/info-with-frames-after-mapping", "server/enable",
        "server/port-of-vcpu-0-when-enabled", "server/port-of-vcpu-1-when-enabled", "resource/both-frames",
        "resource/read-pointer", "resource/write-pointer", "resource/port-of-vcpu-0", "resource/port-of-vcpu-1")]
    public unsafe void Pages_of_a_server_are_mapped_and_have_ports_once_it_is_enabled()
    {
        using var privcmd = OpenPrivcmd();
        using var pages = privcmd.Map(2);
        CreateServer(BufferedIoreqMode.Atomic, out var id).OrThrow("create", Hvm);
        ulong count = 2;
        Golden(
            "resource/both-frames",
            privcmd.MapResource(Hvm, XenAbi.XENMEM_resource_ioreq_server, id.Value, 0, ref count, pages.Address));
        var ring = (buffered_iopage*)pages.Address;
        var slots = (ioreq*)pages.Page(1);
        Golden("resource/read-pointer", ring->read_pointer);
        Golden("resource/write-pointer", ring->write_pointer);
        Golden("resource/port-of-vcpu-0", slots[0].vp_eport);
        Golden("resource/port-of-vcpu-1", slots[1].vp_eport);

        Golden("server/info-without-frames", DmOp.GetIoreqServerPort(_xen.Transport, Hvm, id, out var port));
        Golden("server/buffered-port", port.Value);
        Golden("server/info-with-frames-after-mapping", DmOp.GetIoreqServerInfo(_xen.Transport, Hvm, id, out _));
        Golden("server/enable", DmOp.SetIoreqServerState(_xen.Transport, Hvm, id, enabled: true));
        Golden("server/port-of-vcpu-0-when-enabled", slots[0].vp_eport);
        Golden("server/port-of-vcpu-1-when-enabled", slots[1].vp_eport);
    }

    [Fact]
    [Golden(
        "range/first", "range/the-same-again", "range/overlap", "range/the-same-for-another-server",
        "range/end-before-start", "range/unknown-type", "range/no-such-server", "range/unmap-what-is-not-mapped",
        "range/unmap-a-part", "range/257th-of-a-type")]
    public void Ranges_are_claimed_once_by_a_server_and_are_256()
    {
        const int MaximumRanges = 256;
        CreateServer(BufferedIoreqMode.Off, out var first).OrThrow("create", Hvm);
        CreateServer(BufferedIoreqMode.Off, out var second).OrThrow("create", Hvm);
        Golden("range/first", MapRange(first, 0x1000000, 0x10001ff));
        Golden("range/the-same-again", MapRange(first, 0x1000000, 0x10001ff));
        Golden("range/overlap", MapRange(first, 0x10001ff, 0x1000300));
        Golden("range/the-same-for-another-server", MapRange(second, 0x1000000, 0x10001ff));
        Golden("range/end-before-start", MapRange(first, 0x20, 0x10));
        Golden("range/unknown-type", DmOp.MapIoRange(_xen.Transport, Hvm, first, (IoSpace)7, 0x20, 0x30));
        Golden("range/no-such-server", MapRange(new IoreqServerId(77), 0x20, 0x30));
        Golden(
            "range/unmap-what-is-not-mapped",
            DmOp.UnmapIoRange(_xen.Transport, Hvm, first, IoSpace.Memory, 0x5000000, 0x50001ff));
        Golden(
            "range/unmap-a-part",
            DmOp.UnmapIoRange(_xen.Transport, Hvm, first, IoSpace.Memory, 0x1000010, 0x1000020));

        // The second server has one range already.
        for (ulong i = 1; i < MaximumRanges; i++)
            Assert.True(MapRange(second, 0x20000000 + (i * 0x2000), 0x200001ff + (i * 0x2000)).IsSuccess);
        Golden("range/257th-of-a-type", MapRange(second, 0x30000000, 0x300001ff));

        HypercallResult MapRange(IoreqServerId id, ulong from, ulong to) =>
            DmOp.MapIoRange(_xen.Transport, Hvm, id, IoSpace.Memory, from, to);
    }

    private HypercallResult CreateServer(BufferedIoreqMode mode, out IoreqServerId id) =>
        DmOp.CreateIoreqServer(_xen.Transport, Hvm, mode, out id);
}
