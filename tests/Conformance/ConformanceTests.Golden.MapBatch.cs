using Conformance.Golden;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about MMAPBATCH_V2, and about what else is done to such mappings.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    [Golden(
        "map-batch/ordinary-memory", "map-batch/part-of-a-fresh-mapping", "map-batch/no-pages",
        "map-batch/all-of-a-fresh-mapping", "map-batch/again", "map-batch/beyond-the-mapping",
        "map-batch/unmap-a-page-of-the-middle", "map-batch/let-a-child-have-it")]
    public void Mapping_is_filled_as_a_whole_and_goes_as_a_whole()
    {
        const int AllowChild = 11; // MADV_DOFORK
        using var privcmd = OpenPrivcmd();
        using var ordinary = RawMapping.OfOrdinaryMemory(_xen.Kernel);
        using var mapping = privcmd.Map(4);
        Golden("map-batch/ordinary-memory", Batch(ordinary.Address, 1));
        Golden("map-batch/part-of-a-fresh-mapping", Batch(mapping.Address, 2));
        Golden("map-batch/no-pages", Batch(mapping.Address, 0));
        Golden("map-batch/all-of-a-fresh-mapping", Batch(mapping.Address, 4));
        Golden("map-batch/again", Batch(mapping.Address, 4));
        Golden("map-batch/beyond-the-mapping", Batch(mapping.Page(4), 1));
        Golden("map-batch/unmap-a-page-of-the-middle", mapping.UnmapPage(1));
        Golden("map-batch/let-a-child-have-it", mapping.Advise(AllowChild));

        HypercallResult Batch(nint address, int pages) =>
            privcmd.MapBatch(address, Hvm, new ulong[] { 0, 1, 2, 3 }[..pages], new int[pages]);
    }

    [Fact]
    [Golden(
        "map-batch/good-and-bad-frames", "map-batch/good-frame-first", "map-batch/frame-without-memory",
        "map-batch/good-frame-third", "map-batch/frame-that-cannot-be", "map-batch/fill-a-hole",
        "map-batch/page-of-the-filled-hole", "map-batch/for-reading-only", "map-batch/make-it-writable")]
    public void Each_page_has_its_own_answer_and_a_hole_may_be_filled()
    {
        using var privcmd = OpenPrivcmd();
        using var mapping = privcmd.Map(4);
        var errors = new int[4];
        Golden(
            "map-batch/good-and-bad-frames",
            privcmd.MapBatch(mapping.Address, Hvm, [0, 1000, 1, 0xfffffffff], errors));
        GoldenPage("map-batch/good-frame-first", errors[0]);
        GoldenPage("map-batch/frame-without-memory", errors[1]);
        GoldenPage("map-batch/good-frame-third", errors[2]);
        GoldenPage("map-batch/frame-that-cannot-be", errors[3]);

        Golden("map-batch/fill-a-hole", privcmd.MapBatch(mapping.Page(1), Hvm, [5], errors));
        GoldenPage("map-batch/page-of-the-filled-hole", errors[0]);
        using var readOnly = privcmd.Map(2, isReadOnly: true);
        Golden("map-batch/for-reading-only", privcmd.MapBatch(readOnly.Address, Hvm, [0, 1], errors));

        // The kernel says so even where Xen refuses: it is not told.
        Golden("map-batch/make-it-writable", readOnly.MakeWritable());
    }
}
