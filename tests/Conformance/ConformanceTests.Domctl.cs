using System;
using System.Buffers.Binary;
using System.Linq;
using System.Runtime.CompilerServices;
using Xen.Sys;
using V4_17Abi = Xen.Sys.V4_17.XenAbi;

namespace Conformance;

/// <content>domctl and sysctl.</content>
public abstract partial class ConformanceTests
{
    private const ushort HvmSaveHeader = 1;
    private const ushort HvmSaveEnd = 0;
    private const int RecordHeader = 8;

    [Fact]
    public void Both_interfaces_for_tools_are_found_and_name_the_release_that_Xen_says_it_is()
    {
        Assert.True(InterfaceVersions.Probe(_xen.Transport, out var versions).IsSuccess);
        Assert.True(versions.AreSupported, versions.ToString());
        Assert.True(XenVersionOp.GetVersion(_xen.Transport, out var version).IsSuccess);
        var running = new XenReleaseRange(version, version);
        Assert.Equal(running, versions.Releases.Intersect(running));
    }

    [Fact]
    public void Another_version_of_either_interface_is_EACCES()
    {
        var versions = Versions;
        foreach (var other in Others(versions.Domctl.Version))
            Assert.Equal(XenAbi.XEN_EACCES, CallAs(XenAbi.__HYPERVISOR_domctl, V4_17Abi.XEN_DOMCTL_getdomaininfo, other));
        foreach (var other in Others(versions.Sysctl.Version))
            Assert.Equal(XenAbi.XEN_EACCES, CallAs(XenAbi.__HYPERVISOR_sysctl, V4_17Abi.XEN_SYSCTL_physinfo, other));

        static uint[] Others(uint spoken) => [0, spoken - 1, spoken + 1, 0x99, spoken | 0x100];
    }

    [Fact]
    public void Stable_operation_of_later_releases_is_EACCES() =>
        Assert.Equal(XenAbi.XEN_EACCES, Domctl.GetDomainState(_xen.Transport, default, out _).Errno);

    [Fact]
    public void Operation_that_does_not_exist_is_ENOSYS()
    {
        const uint NoSuchOperation = 0x3fff;
        Assert.Equal(
            XenAbi.XEN_ENOSYS,
            CallAs(XenAbi.__HYPERVISOR_domctl, NoSuchOperation, Versions.Domctl.Version, Guest.Value));
        Assert.Equal(
            XenAbi.XEN_ESRCH,
            CallAs(XenAbi.__HYPERVISOR_domctl, NoSuchOperation, Versions.Domctl.Version, NoSuchDomain.Value));
        Assert.Equal(
            XenAbi.XEN_ENOSYS, CallAs(XenAbi.__HYPERVISOR_sysctl, NoSuchOperation, Versions.Sysctl.Version));
    }

    [Fact]
    public void List_of_domains_has_domain_0_and_the_guest_once_and_in_order()
    {
        var guest = Guest;
        var domains = List(default);
        Assert.Equal(0, domains[0].Id.Value);
        Assert.Single(domains, domain => domain.Id == guest);
        Assert.Equal(domains.OrderBy(domain => domain.Id.Value), domains);
        Assert.DoesNotContain(List(new DomainId(1)), domain => domain.Id.Value == 0);
        Assert.Equal(guest, List(guest)[0].Id);
    }

    [Fact]
    public void Domctl_and_sysctl_describe_a_domain_alike()
    {
        var listed = List(Guest)[0];
        Assert.Equal(listed, Describe(Guest));

        // Domain 0 is running this, so that its time passes and its vCPUs come and go.
        var domain0 = List(default)[0];
        var single = Describe(default);
        Assert.True(single.CpuTime >= domain0.CpuTime);
        Assert.True(domain0.IsRunning);
        Assert.Equal(Steady(domain0), Steady(single));

        static DomainInfo Steady(DomainInfo info) => info with { CpuTime = 0, Flags = 0 };
    }

    [Fact]
    public void Guest_is_described_as_it_was_made()
    {
        var info = Describe(Guest);
        Assert.True(info.IsHvm);
        Assert.True(info.IsPaused);
        Assert.True(info.HasHardwareAssistedPaging);
        Assert.False(info.IsRunning);
        Assert.False(info.IsXenStore);
        Assert.Equal((1u, 0u), (info.OnlineVcpus, info.MaximumVcpuId));
        Assert.InRange(info.TotalPages, 0x1000ul, info.MaximumPages);
        Assert.Equal((0ul, 0ul), (info.SharedPages, info.PagedPages));
        Assert.InRange(info.PhysicalAddressBits, 32, 64);
        Assert.NotEqual(Guid.Empty, info.Handle);
        Assert.Equal(0u, info.CpuPool);
    }

    [Fact]
    public void Machine_is_described_sensibly()
    {
        Assert.True(Sysctl.GetPhysicalInfo(_xen.Transport, Versions.Sysctl, out var info).IsSuccess);
        Assert.InRange(info.CpuCount, 1u, 1024u);
        Assert.InRange(info.CpuCount, 1u, info.MaximumCpuId + 1);
        Assert.InRange(info.NodeCount, 1u, info.MaximumNodeId + 1);
        Assert.True(info is { ThreadsPerCore: > 0, CoresPerSocket: > 0, CpuFrequency: > 100_000 });
        Assert.InRange(info.FreePages, 1ul, info.TotalPages);
        Assert.True(info.MaximumFrame >= info.TotalPages / 2);
        Assert.True(info.CanRunHvm);
        Assert.True(info.HasHardwareAssistedPaging);
    }

    [Fact]
    public void Pauses_are_counted_and_show()
    {
        var (xen, domctl, guest) = (_xen.Transport, Versions.Domctl, Guest);
        Assert.True(Domctl.PauseDomain(xen, domctl, guest).IsSuccess);
        Assert.True(Domctl.UnpauseDomain(xen, domctl, guest).IsSuccess);
        Assert.True(Describe(guest).IsPaused);

        Assert.True(Domctl.UnpauseDomain(xen, domctl, guest).IsSuccess);
        Assert.False(Describe(guest).IsPaused);
        Assert.Equal(XenAbi.XEN_EINVAL, Domctl.UnpauseDomain(xen, domctl, guest).Errno);
        Assert.True(Domctl.PauseDomain(xen, domctl, guest).IsSuccess);
        Assert.True(Describe(guest).IsPaused);

        Assert.Equal(XenAbi.XEN_EINVAL, Domctl.PauseDomain(xen, domctl, default).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.PauseDomain(xen, domctl, NoSuchDomain).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.UnpauseDomain(xen, domctl, NoSuchDomain).Errno);
    }

    [Fact]
    public void Pauses_have_a_limit()
    {
        var (xen, domctl, guest) = (_xen.Transport, Versions.Domctl, Guest);
        for (var pauses = 1; pauses < 255; pauses++)
            Assert.True(Domctl.PauseDomain(xen, domctl, guest).IsSuccess);
        Assert.Equal(XenAbi.XEN_EOVERFLOW, Domctl.PauseDomain(xen, domctl, guest).Errno);
    }

    [Fact]
    public void Memory_limit_may_be_less_than_the_domain_has()
    {
        var before = Describe(Guest);
        Assert.True(Domctl.SetMaximumMemory(_xen.Transport, Versions.Domctl, Guest, 4 * 100 + 3).IsSuccess);
        var after = Describe(Guest);
        Assert.Equal(before.TotalPages, after.TotalPages);
        Assert.Equal(100ul, after.MaximumPages);
        Assert.Equal(
            XenAbi.XEN_ESRCH, Domctl.SetMaximumMemory(_xen.Transport, Versions.Domctl, NoSuchDomain, 400).Errno);
    }

    [Fact]
    public void Context_is_saved_whole_or_not_at_all()
    {
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        Assert.True(Domctl.GetHvmContextSize(xen, domctl, Guest, out var size).IsSuccess);
        Assert.InRange(size, 40u, 1u << 20);

        var context = new byte[size];
        Assert.True(Domctl.GetHvmContext(xen, domctl, Guest, context, out var written).IsSuccess);
        Assert.InRange(written, 40, context.Length);

        // A header first, then records of type, instance and length, to the end record at the end.
        Assert.Equal(HvmSaveHeader, BinaryPrimitives.ReadUInt16LittleEndian(context));
        var offset = 0;
        ushort type;
        do
        {
            type = BinaryPrimitives.ReadUInt16LittleEndian(context.AsSpan(offset));
            offset += RecordHeader + (int)BinaryPrimitives.ReadUInt32LittleEndian(context.AsSpan(offset + 4));
        }
        while (type != HvmSaveEnd && offset < written);
        Assert.Equal((HvmSaveEnd, written), (type, offset));

        Assert.Equal(
            XenAbi.XEN_ENOSPC, Domctl.GetHvmContext(xen, domctl, Guest, context.AsSpan(0, 39), out written).Errno);
        Assert.Equal(0, written);
    }

    [Fact]
    public void Context_of_no_domain_is_ESRCH_and_of_domain_0_EINVAL()
    {
        Assert.Equal(
            XenAbi.XEN_ESRCH, Domctl.GetHvmContextSize(_xen.Transport, Versions.Domctl, NoSuchDomain, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL, Domctl.GetHvmContextSize(_xen.Transport, Versions.Domctl, default, out _).Errno);
    }

    [Fact]
    public void Record_of_each_vcpu_is_saved_alone()
    {
        const uint CpuRecord = 2;
        var (xen, domctl) = (_xen.Transport, Versions.Domctl);
        var record = new byte[XenPage.Size];
        Assert.True(Domctl.GetHvmContextRecord(xen, domctl, Guest, CpuRecord, 0, record, out var length).IsSuccess);
        Assert.Equal(Unsafe.SizeOf<Xen.Sys.X86_64.hvm_hw_cpu>(), length);
        Assert.True(Domctl.GetHvmContextRecordSize(xen, domctl, Guest, CpuRecord, 0, out var size).IsSuccess);
        Assert.Equal((uint)length, size);
        Assert.Equal(
            XenAbi.XEN_ENOENT, Domctl.GetHvmContextRecordSize(xen, domctl, Guest, CpuRecord, 1, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_ENOENT, Domctl.GetHvmContextRecord(xen, domctl, Guest, CpuRecord, 1, record, out _).Errno);
        Assert.Equal(
            XenAbi.XEN_ENOBUFS,
            Domctl.GetHvmContextRecord(xen, domctl, Guest, CpuRecord, 0, record.AsSpan(1, length - 1), out _).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL, Domctl.GetHvmContextRecord(xen, domctl, Guest, 0x7fff, 0, record, out _).Errno);
    }

    [Fact]
    public void Destroyed_guest_goes_from_the_list()
    {
        var guest = Guest;
        Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, guest).IsSuccess);
        WaitUntilGone(guest);
        Assert.DoesNotContain(List(default), domain => domain.Id == guest);
        Assert.Equal(XenAbi.XEN_ESRCH, Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, guest).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, default).Errno);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(XenPage.Size)]
    [InlineData(XenPage.Size + 1)]
    [InlineData(1 << 20)]
    [InlineData(IHypercallTransport.MaximumBufferSize)]
    public unsafe void Buffers_are_zeroed_and_writable_however_large(int size)
    {
        for (var round = 0; round < 3; round++)
        {
            // SAFETY: the buffer has this size, and is given back after its last use.
            var buffer = _xen.Transport.AcquireBuffer((nuint)size);
            Assert.False(buffer is null);
            Assert.Equal(0u, (nuint)buffer % 16);
            Assert.True(size > XenPage.Size || ((int)((nuint)buffer % XenPage.Size) + size) <= XenPage.Size);
            Assert.False(new ReadOnlySpan<byte>(buffer, size).ContainsAnyExcept((byte)0));
            new Span<byte>(buffer, size).Fill(0xa5);
            _xen.Transport.ReleaseBuffer(buffer);
        }
    }

    [Fact]
    public unsafe void Buffer_larger_than_the_limit_is_refused() =>
        Assert.True(_xen.Transport.AcquireBuffer(IHypercallTransport.MaximumBufferSize + 1) is null);

    private InterfaceVersions Versions
    {
        get
        {
            InterfaceVersions.Probe(_xen.Transport, out var versions).OrThrow("probe");
            return versions;
        }
    }

    private DomainInfo Describe(DomainId domain)
    {
        Domctl.GetDomainInfo(_xen.Transport, Versions.Domctl, domain, out var info).OrThrow("getdomaininfo", domain);
        return info;
    }

    private DomainInfo[] List(DomainId first)
    {
        var domains = new DomainInfo[100];
        Sysctl.GetDomainInfoList(_xen.Transport, Versions.Sysctl, first, domains, out var count).OrThrow("list");
        return domains[..count];
    }

    private unsafe int CallAs(uint hypercall, uint command, uint version, ushort domain = 0)
    {
        // SAFETY: a whole page, which is larger than what either hypercall reads and writes.
        var head = (uint*)_xen.Transport.AcquireBuffer(XenPage.Size);
        Assert.False(head is null);
        head[0] = command;
        head[1] = version;
        head[2] = domain;
        var result = _xen.Transport.Invoke(hypercall, (ulong)head);
        _xen.Transport.ReleaseBuffer(head);
        return result.Errno;
    }
}
