using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about MMAP_RESOURCE.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "resource/size-of-ioreq-server", "resource/frames-of-ioreq-server", "resource/size-of-grant-table",
        "resource/frames-of-grant-table", "resource/size-without-such-a-server",
        "resource/frames-without-such-a-server", "resource/size-of-unknown-type", "resource/frames-of-unknown-type")]
    public void Size_of_a_resource_is_told_when_no_frames_are_asked_for()
    {
        using var privcmd = OpenPrivcmd();
        CreateServer(BufferedIoreqMode.Atomic, out var id).OrThrow("create", Hvm);
        Golden("resource/size-of-ioreq-server", Size(XenAbi.XENMEM_resource_ioreq_server, id.Value, out var frames));
        Golden("resource/frames-of-ioreq-server", (long)frames);
        Golden("resource/size-of-grant-table", Size(XenAbi.XENMEM_resource_grant_table, 0, out frames));
        Golden("resource/frames-of-grant-table", (long)frames);
        Golden("resource/size-without-such-a-server", Size(XenAbi.XENMEM_resource_ioreq_server, 77, out frames));
        Golden("resource/frames-without-such-a-server", (long)frames);
        Golden("resource/size-of-unknown-type", Size(9, 0, out frames));
        Golden("resource/frames-of-unknown-type", (long)frames);

        HypercallResult Size(uint type, uint which, out ulong count)
        {
            count = 0;
            return privcmd.MapResource(Hvm, type, which, 0, ref count);
        }
    }

    [Fact]
    [Golden("resource/buffered-frame-of-server-without", "resource/frame-that-is-not-there")]
    public void Frame_that_a_server_does_not_have_is_refused()
    {
        using var privcmd = OpenPrivcmd();
        CreateServer(BufferedIoreqMode.Off, out var id).OrThrow("create", Hvm);
        Golden("resource/buffered-frame-of-server-without", Map(frame: 0));
        Golden("resource/frame-that-is-not-there", Map(frame: 2));

        HypercallResult Map(uint frame)
        {
            using var page = privcmd.Map(1);
            ulong count = 1;
            return privcmd.MapResource(
                Hvm, XenAbi.XENMEM_resource_ioreq_server, id.Value, frame, ref count, page.Address);
        }
    }
}
