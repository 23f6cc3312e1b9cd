using System;
using System.Linq;
using System.Runtime.CompilerServices;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

public sealed unsafe class GrantTableTests : IDisposable
{
    private const ulong Index = 0x7000;

    private static readonly ForeignGrant[] s_grants =
    [
        new(new DomainId(7), new GrantReference(9)), new(new DomainId(8), new GrantReference(10)),
        new(new DomainId(7), new GrantReference(11)),
    ];

    private readonly ScriptedKernel _kernel = new();
    private readonly ListLogger _log = new();
    private readonly LinuxGrantTable _table;
    private (ulong Index, uint Count) _forgotten;

    public GrantTableTests()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF] = argument =>
        {
            ((ioctl_gntdev_map_grant_ref*)argument)->index = Index;
            return default;
        };
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_UNMAP_GRANT_REF] = argument =>
        {
            var unmap = (ioctl_gntdev_unmap_grant_ref*)argument;
            _forgotten = (unmap->index, unmap->count);
            return default;
        };
        _table = LinuxGrantTable.Open(_kernel, _log);
        _kernel.TakeCalls();
    }

    public void Dispose()
    {
        _table.Dispose();
        Assert.Empty(_kernel.Mapped);
        Assert.Equal(0, _kernel.WrongUnmaps);
    }

    [Theory]
    [InlineData(ForeignAccess.ReadOnly, 1)]
    [InlineData(ForeignAccess.ReadWrite, 3)]
    public void Grants_of_several_domains_are_mapped_together_and_unmapped_before_they_are_forgotten(
        ForeignAccess access, int protection)
    {
        (uint Domain, uint Reference)[] asked = [];
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF] = argument =>
        {
            var map = (ioctl_gntdev_map_grant_ref*)argument;
            var references = new ReadOnlySpan<ioctl_gntdev_grant_ref>(&map->refs, (int)map->count);
            asked = Array.ConvertAll(references.ToArray(), grant => (grant.domid, grant.@ref));
            map->index = Index;
            return default;
        };
        var mapping = _table.Map(s_grants, access);
        Assert.Equal([(7u, 9u), (8u, 10u), (7u, 11u)], asked);
        Assert.Equal((3, access), (mapping.PageCount, mapping.Access));
        mapping.Dispose();
        mapping.Dispose();
        Assert.Equal(
            [
                "ioctl MAP_GRANT_REF", $"mmap 3000 prot {protection} flags 1 offset 7000", "munmap 3000",
                "ioctl UNMAP_GRANT_REF",
            ],
            _kernel.TakeCalls());
        Assert.Equal((Index, 3u), _forgotten);
    }

    [Fact]
    public void Many_grants_are_mapped_in_one_request()
    {
        const int Many = 5000;
        var grants = Enumerable.Range(0, Many)
            .Select(number => new ForeignGrant(new DomainId(7), new GrantReference((uint)number))).ToArray();
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF] = argument =>
        {
            var map = (ioctl_gntdev_map_grant_ref*)argument;
            var references = (ioctl_gntdev_grant_ref*)&map->refs;
            Assert.Equal((uint)Many, map->count);
            Assert.Equal(Many - 1u, references[Many - 1].@ref);
            map->index = Index;
            return default;
        };
        _table.Map(grants, ForeignAccess.ReadWrite).Dispose();
        Assert.Equal((Index, (uint)Many), _forgotten);
    }

    [Fact]
    public void Refused_request_maps_nothing_and_has_nothing_to_forget()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF] = _ => HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        Assert.Equal(XenAbi.XEN_ENOMEM, Refusal());
        Assert.Equal(["ioctl MAP_GRANT_REF"], _kernel.TakeCalls());
    }

    [Fact]
    public void Reference_that_is_none_fails_when_it_is_mapped_and_is_forgotten()
    {
        _kernel.MapErrors.Enqueue(XenAbi.XEN_EINVAL);
        var error = Assert.Throws<HypercallException>(() => _table.Map(s_grants, ForeignAccess.ReadWrite));
        Assert.Equal(XenAbi.XEN_EINVAL, error.Errno);
        Assert.Equal("ioctl UNMAP_GRANT_REF", _kernel.TakeCalls().Last());
        Assert.Equal((Index, 3u), _forgotten);
    }

    [Fact]
    public void Page_that_is_away_is_waited_for_but_not_for_ever()
    {
        _kernel.MapErrors.Enqueue(XenAbi.XEN_EAGAIN);
        _kernel.MapErrors.Enqueue(XenAbi.XEN_EAGAIN);
        _table.Map(s_grants, ForeignAccess.ReadWrite).Dispose();
        Assert.Equal(2, _kernel.TakeCalls().Count("pause".Equals));

        foreach (var _ in Enumerable.Range(0, 5000))
            _kernel.MapErrors.Enqueue(XenAbi.XEN_EAGAIN);
        Assert.Equal(XenAbi.XEN_EAGAIN, Refusal());
        var calls = _kernel.TakeCalls();
        Assert.Equal(GrantPages.BusyAttempts, calls.Count("pause".Equals));
        Assert.Equal("ioctl UNMAP_GRANT_REF", calls.Last());
    }

    [Theory]
    [InlineData(XenPage.Size + 5, 0, 0x8005, 1, 0)]
    [InlineData(-1, 4, 0x7000, 2, 4)]
    [InlineData(1, 4, 0x7001, 3, 4)]
    public void Unmap_notification_is_set_right_after_the_mapping(
        int byteOffset, int port, int index, int action, int expectedPort)
    {
        ioctl_gntdev_unmap_notify asked = default;
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_SET_UNMAP_NOTIFY] = argument =>
        {
            asked = *(ioctl_gntdev_unmap_notify*)argument;
            return default;
        };
        var notification = new UnmapNotification(
            byteOffset < 0 ? null : byteOffset, port == 0 ? null : new EventChannelPort((uint)port));
        _table.Map(s_grants, ForeignAccess.ReadWrite, notification).Dispose();
        Assert.Equal(((ulong)index, (uint)action, (uint)expectedPort), (asked.index, asked.action, asked.event_channel_port));
        Assert.Equal(
            ["ioctl MAP_GRANT_REF", "mmap 3000 prot 3 flags 1 offset 7000", "ioctl SET_UNMAP_NOTIFY"],
            _kernel.TakeCalls()[..3]);
    }

    [Fact]
    public void Refused_notification_undoes_the_mapping_in_its_order()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_SET_UNMAP_NOTIFY] = _ => HypercallResult.Failure(XenAbi.XEN_EINVAL);
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            Assert.Throws<HypercallException>(
                () => _table.Map(s_grants, ForeignAccess.ReadOnly, new UnmapNotification(0, null))).Errno);
        Assert.Equal(["munmap 3000", "ioctl UNMAP_GRANT_REF"], _kernel.TakeCalls()[^2..]);
    }

    [Fact]
    public void Wrong_arguments_are_refused_before_the_kernel_is_asked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _table.Map([], ForeignAccess.ReadWrite));
        foreach (var offset in (int[])[-1, 3 * XenPage.Size])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _table.Map(s_grants, ForeignAccess.ReadWrite, new UnmapNotification(offset, null)));
        }

        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Mappings_outlive_the_table_and_the_driver_is_told_of_each_before_it_is_closed()
    {
        var first = _table.Map(s_grants, ForeignAccess.ReadWrite);
        var second = _table.Map(s_grants.AsSpan(0, 1), ForeignAccess.ReadWrite);
        _table.Dispose();
        _table.Dispose();
        var file = Assert.Single(_kernel.Opened);
        _kernel.TakeCalls();
        Assert.Throws<ObjectDisposedException>(() => _table.Map(s_grants, ForeignAccess.ReadWrite));
        Assert.Throws<ObjectDisposedException>(() => _table.Copy([ToHere(1)], new GrantStatus[1]));
        Assert.Empty(_kernel.Calls);

        first.Dispose();
        Assert.Equal(["munmap 3000", "ioctl UNMAP_GRANT_REF"], _kernel.TakeCalls());
        Assert.Equal((Index, 3u), _forgotten);
        Assert.Equal(0, file.Closings);
        second.Dispose();
        Assert.Equal(["munmap 1000", "ioctl UNMAP_GRANT_REF"], _kernel.TakeCalls());
        Assert.Equal((Index, 1u), _forgotten);
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void Failed_mapping_does_not_keep_the_driver_open()
    {
        _kernel.MapErrors.Enqueue(XenAbi.XEN_EINVAL);
        Assert.Equal(XenAbi.XEN_EINVAL, Refusal());
        _table.Dispose();
        Assert.Equal(1, Assert.Single(_kernel.Opened).Closings);
    }

    [Fact]
    public void Failure_names_the_domain_if_it_is_one()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF] = _ => HypercallResult.Failure(XenAbi.XEN_ENOMEM);
        ForeignGrant[] ofOne = [s_grants[0], s_grants[2]];
        Assert.Equal(
            new DomainId(7),
            Assert.Throws<HypercallException>(() => _table.Map(ofOne, ForeignAccess.ReadWrite)).Domain);
        Assert.Null(Assert.Throws<HypercallException>(() => _table.Map(s_grants, ForeignAccess.ReadWrite)).Domain);
    }

    [Fact]
    public void Mapping_that_cannot_be_unmapped_is_not_forgotten()
    {
        var mapping = _table.Map(s_grants, ForeignAccess.ReadWrite);
        var address = (nint)mapping.Address;
        _kernel.TakeCalls();
        _kernel.UnmapErrors.Enqueue(XenAbi.XEN_EINVAL);
        mapping.Dispose();
        Assert.Equal(["munmap 3000"], _kernel.TakeCalls());
        _table.Dispose();
        Assert.Equal(1, Assert.Single(_kernel.Opened).Closings);
        Assert.Contains("cannot be unmapped", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.True(_kernel.Unmap(address, 3 * XenPage.Size).IsSuccess);
    }

    [Fact]
    public void Larger_host_pages_take_one_grant_at_a_time()
    {
        var kernel = new ScriptedKernel { PageSize = 64 << 10 };
        kernel.Requests[XenAbi.IOCTL_GNTDEV_MAP_GRANT_REF] = _ => default;
        kernel.Requests[XenAbi.IOCTL_GNTDEV_UNMAP_GRANT_REF] = _ => default;
        using var table = LinuxGrantTable.Open(kernel);
        var error = Assert.Throws<HypercallException>(() => table.Map(s_grants, ForeignAccess.ReadWrite));
        Assert.Equal(XenAbi.XEN_EOPNOTSUPP, error.Errno);
        table.Map(s_grants.AsSpan(0, 1), ForeignAccess.ReadWrite).Dispose();
        Assert.Contains("munmap 10000", kernel.Calls);
    }

    [Fact]
    public void Mapped_bytes_are_counted_up_and_down()
    {
        using var mapped = new CounterReading("xen.grant.mapped");
        var mapping = _table.Map(s_grants, ForeignAccess.ReadWrite);
        Assert.Equal(3 * XenPage.Size, mapped.Sum);
        mapping.Dispose();
        Assert.Equal(0, mapped.Sum);
    }

    [Fact]
    public void Copies_are_described_as_the_kernel_reads_them()
    {
        gntdev_grant_copy_segment[] asked = [];
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_GRANT_COPY] = argument =>
        {
            var copy = (ioctl_gntdev_grant_copy*)argument;
            asked = new ReadOnlySpan<gntdev_grant_copy_segment>(copy->segments, (int)copy->count).ToArray();
            ((gntdev_grant_copy_segment*)copy->segments)[1].status = (short)XenAbi.GNTST_bad_gntref;
            return default;
        };
        var statuses = new GrantStatus[2];
        GrantCopy[] copies =
        [
            new(GrantCopyEnd.Of(s_grants[0], 16), GrantCopyEnd.Of(s_grants[1], 32), 64),
            new(GrantCopyEnd.Of((void*)0x1230), GrantCopyEnd.Of(s_grants[2], 4000), 96),
        ];
        Assert.True(_table.Copy(copies, statuses).IsSuccess);
        Assert.Equal([GrantStatus.Okay, GrantStatus.BadGrantReference], statuses);
        Assert.Equal((9u, 16, 7), (asked[0].source.foreign.@ref, asked[0].source.foreign.offset, asked[0].source.foreign.domid));
        Assert.Equal((10u, 32, 8), (asked[0].dest.foreign.@ref, asked[0].dest.foreign.offset, asked[0].dest.foreign.domid));
        Assert.Equal((64, 3), (asked[0].len, asked[0].flags));
        Assert.Equal((0x1230, 96, 2), ((int)asked[1].source.virt, asked[1].len, asked[1].flags));
    }

    [Fact]
    public void Copies_whose_page_is_away_are_tried_again_run_by_run_and_only_they()
    {
        var requests = 0;
        uint[] counts = [4, 1, 2, 1];
        short[][] answers = [[-12, 0, -12, -12], [0], [0, -12], [-3]];
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_GRANT_COPY] = argument =>
        {
            var copy = (ioctl_gntdev_grant_copy*)argument;
            Assert.Equal(counts[requests], copy->count);
            for (var i = 0; i < copy->count; i++)
                ((gntdev_grant_copy_segment*)copy->segments)[i].status = answers[requests][i];
            requests++;
            return default;
        };
        var statuses = new GrantStatus[4];
        Assert.True(_table.Copy([ToHere(1), ToHere(2), ToHere(3), ToHere(4)], statuses).IsSuccess);
        Assert.Equal(
            [GrantStatus.Okay, GrantStatus.Okay, GrantStatus.Okay, GrantStatus.BadGrantReference], statuses);
        Assert.Equal(4, requests);
    }

    [Fact]
    public void Copy_whose_page_stays_away_says_so_after_a_bounded_time()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_GRANT_COPY] = argument =>
        {
            ((gntdev_grant_copy_segment*)((ioctl_gntdev_grant_copy*)argument)->segments)->status =
                (short)XenAbi.GNTST_eagain;
            return default;
        };
        var statuses = new GrantStatus[1];
        Assert.True(_table.Copy([ToHere(1)], statuses).IsSuccess);
        Assert.Equal([GrantStatus.TryAgain], statuses);
        Assert.Equal(GrantPages.BusyAttempts, _kernel.Calls.Count("pause".Equals));
    }

    [Fact]
    public void Refused_copy_is_a_value()
    {
        _kernel.Requests[XenAbi.IOCTL_GNTDEV_GRANT_COPY] = _ => HypercallResult.Failure(XenAbi.XEN_EFAULT);
        Assert.Equal(XenAbi.XEN_EFAULT, _table.Copy([ToHere(1)], new GrantStatus[1]).Errno);
        _kernel.TakeCalls();
        Assert.True(_table.Copy([], []).IsSuccess);
        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Copies_that_make_no_sense_are_refused_before_the_kernel_is_asked()
    {
        var here = GrantCopyEnd.Of((void*)0x1000);
        var page = GrantCopyEnd.Of(s_grants[0], 0);
        GrantCopy[] wrong =
        [
            new(here, here, 1), new(page, here, 0), new(page, here, -1), new(page, here, XenPage.Size + 1),
            new(GrantCopyEnd.Of(s_grants[0], 4000), here, 97), new(GrantCopyEnd.Of(s_grants[0], -1), here, 1),
            new(page, GrantCopyEnd.Of(null), 1), new(here, GrantCopyEnd.Of(s_grants[0], XenPage.Size), 1),
            new(GrantCopyEnd.Of(s_grants[0], int.MaxValue), here, 2),
        ];
        foreach (var copy in wrong)
            Assert.Throws<ArgumentException>(() => _table.Copy([copy], new GrantStatus[1]));
        Assert.Throws<ArgumentException>(() => _table.Copy([ToHere(1)], new GrantStatus[2]));
        Assert.Empty(_kernel.Calls);
    }

    [Fact]
    public void Both_drivers_have_one_form_of_the_notification()
    {
        Assert.Equal(XenAbi.IOCTL_GNTDEV_SET_UNMAP_NOTIFY, XenAbi.IOCTL_GNTALLOC_SET_UNMAP_NOTIFY);
        var notify = new ioctl_gntdev_unmap_notify { index = 0x1122334455667788, action = 0x99, event_channel_port = 0xaa };
        var other = Unsafe.As<ioctl_gntdev_unmap_notify, ioctl_gntalloc_unmap_notify>(ref notify);
        Assert.Equal(sizeof(ioctl_gntdev_unmap_notify), sizeof(ioctl_gntalloc_unmap_notify));
        Assert.Equal(
            (notify.index, notify.action, notify.event_channel_port), (other.index, other.action, other.event_channel_port));
    }

    private static GrantCopy ToHere(uint reference) => new(
        GrantCopyEnd.Of(new ForeignGrant(new DomainId(7), new GrantReference(reference)), 0),
        GrantCopyEnd.Of((void*)0x1000), 1);

    private int Refusal() =>
        Assert.Throws<HypercallException>(() => _table.Map(s_grants, ForeignAccess.ReadWrite)).Errno;
}
