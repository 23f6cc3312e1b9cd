using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Xen.Privcmd.Tests.Support;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>Writes of a queue's number signal an eventfd, by a kernel that has IOEVENTFD or by the thread that asks.</summary>
public sealed unsafe class IoEventsTests : IDisposable
{
    private const ulong Device = 0xfeb00000;
    private const ulong QueueNotify = 0x50;

    private static readonly DomainId Guest = new(7);
    private static readonly EventChannelPort[] s_ports = [new(30), new(31)];

    private readonly ScriptedKernel _kernel = new();
    private readonly ListLogger _log = new();
    private readonly List<privcmd_ioeventfd> _asked = [];
    private readonly PrivcmdTransport _transport;
    private readonly EventFile _file = EventFile.Create();

    public IoEventsTests() => _transport = PrivcmdTransport.Open(_kernel);

    public void Dispose()
    {
        _file.Dispose();
        _transport.Dispose();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Write_of_the_queues_number_signals(int length)
    {
        using var events = Open();
        Assert.False(events.IsInKernel);
        events.Assign(_file.Handle, Device, length, queue: 3);
        var write = Write(3, (uint)length);
        Assert.True(events.TryHandle(write));
        Assert.True(_file.TryTake());

        // Only the low 16 bits are the queue's number.
        write.data = 0xabcd0003;
        Assert.True(events.TryHandle(write));
        Assert.True(_file.TryTake());
        Assert.True(events.Deassign(_file.Handle));
        Assert.False(events.Deassign(_file.Handle));
        Assert.False(events.TryHandle(write));
    }

    [Theory]
    [InlineData("another address")]
    [InlineData("another queue")]
    [InlineData("another length")]
    [InlineData("a read")]
    [InlineData("a port")]
    [InlineData("several writes")]
    [InlineData("data in memory")]
    public void Request_that_differs_is_not_handled(string what)
    {
        using var events = Open();
        events.Assign(_file.Handle, Device, 4, queue: 3);
        var request = Write(3, 4);
        switch (what)
        {
            case "another address":
                request.addr = Device;
                break;
            case "another queue":
                request.data = 2;
                break;
            case "another length":
                request.size = 2;
                break;
            case "a read":
                request.dir = (byte)XenAbi.IOREQ_READ;
                break;
            case "a port":
                request.type = (byte)XenAbi.IOREQ_TYPE_PIO;
                break;
            case "several writes":
                request.count = 2;
                break;
            default:
                request.data_is_ptr = 1;
                break;
        }

        Assert.False(events.TryHandle(request));
        Assert.False(_file.TryTake());
    }

    [Fact]
    public void Each_queue_has_its_own_eventfd_and_an_eventfd_one_queue()
    {
        using var events = Open();
        using var other = EventFile.Create();
        events.Assign(_file.Handle, Device, 4, queue: 0);
        events.Assign(other.Handle, Device, 4, queue: 1);
        Assert.Equal(
            XenAbi.XEN_EBUSY,
            Assert.Throws<HypercallException>(() => events.Assign(_file.Handle, Device, 4, queue: 2)).Errno);
        Assert.True(events.TryHandle(Write(1, 4)));
        Assert.False(_file.TryTake());
        Assert.True(other.TryTake());
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using var events = Open();
        Assert.Throws<ArgumentException>(() => events.Assign(_file.Handle, Device, 3, 0));
        Assert.Throws<ArgumentException>(() => events.Assign(_file.Handle, Device, 0, 0));
        Assert.Throws<ArgumentException>(() => events.Assign(_file.Handle, ulong.MaxValue - QueueNotify, 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IoEvents.Open(_transport, Guest, null, []));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => IoEvents.Open(_transport, Guest, null, new EventChannelPort[4097]));
    }

    [Fact]
    public void Eventfd_that_was_closed_takes_its_signals_to_nobody()
    {
        using var events = Open();
        events.Assign(_file.Handle, Device, 4, queue: 3);
        _file.Dispose();
        Assert.True(events.TryHandle(Write(3, 4)));
        Assert.True(events.Deassign(_file.Handle));
        Assert.Throws<ObjectDisposedException>(() => events.Assign(_file.Handle, Device, 4, queue: 3));
    }

    [Fact]
    public void After_disposal_nothing_is_handled_or_assigned()
    {
        var events = Open();
        events.Assign(_file.Handle, Device, 4, queue: 3);
        events.Dispose();
        events.Dispose();
        Assert.False(events.TryHandle(Write(3, 4)));
        Assert.Throws<ObjectDisposedException>(() => events.Assign(_file.Handle, Device, 4, queue: 3));
        Assert.Throws<ObjectDisposedException>(() => events.Deassign(_file.Handle));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        using var events = Open();
        events.Assign(_file.Handle, Device, 4, queue: 3);
        var (hit, miss) = (Write(3, 4), Write(4, 4));
        var hits = 0;
        Assert.Equal(0, Allocation.Least(() =>
        {
            for (var round = 0; round < 1000; round++)
                hits += events.TryHandle(hit) && !events.TryHandle(miss) ? 1 : 0;
        }));
        Assert.Equal(0, hits % 1000);
        Assert.NotEqual(0, hits);
    }

    [Fact]
    public void Kernel_is_told_where_the_requests_are_and_told_again_at_the_end()
    {
        using var page = MapPage();
        var events = Open(page, autoTranslated: true);
        Assert.True(events.IsInKernel);
        events.Assign(_file.Handle, Device, 4, queue: 3);
        events.Dispose();
        Assert.Equal(2, _asked.Count);
        for (var i = 0; i < _asked.Count; i++)
        {
            var asked = _asked[i];
            Assert.Equal(((ulong)page.Address, Device, 4u, 2u, 3u), (asked.ioreq, asked.addr, asked.addr_len, asked.vcpus, asked.vq));
            Assert.Equal(((uint)_file.Handle.DangerousGetHandle(), (uint)i, Guest.Value), (asked.event_fd, asked.flags, asked.dom));
        }
    }

    [Fact]
    public void Kernel_of_a_PV_domain_is_not_asked_since_it_has_no_pages_to_look_into()
    {
        Assert.SkipWhen(RuntimeInformation.ProcessArchitecture == Architecture.Arm64, "there are none on Arm");
        using var page = MapPage();
        using var events = Open(page, autoTranslated: false);
        Assert.False(events.IsInKernel);
    }

    [Fact]
    public void Refusal_of_the_kernel_assigns_nothing_and_keeps_no_file_open()
    {
        using var page = MapPage();
        using var events = Open(page, autoTranslated: true);
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_IOEVENTFD] = _ => HypercallResult.Failure(XenAbi.XEN_EINVAL);
        var file = new TestFile();
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            Assert.Throws<HypercallException>(() => events.Assign(file, Device, 4, queue: 3)).Errno);
        file.Dispose();
        Assert.Equal(1, file.Closings);
        Assert.False(events.Deassign(file));
    }

    [Fact]
    public void Assigned_file_stays_open_until_the_kernel_has_forgotten_it()
    {
        using var page = MapPage();
        using var events = Open(page, autoTranslated: true);
        var file = new TestFile();
        events.Assign(file, Device, 4, queue: 3);
        file.Dispose();
        Assert.Equal(0, file.Closings);
        Assert.True(events.Deassign(file));
        Assert.Equal(1, file.Closings);
        Assert.Equal(1u, _asked[^1].flags);
    }

    private static ioreq Write(ulong data, uint size) => new()
    {
        addr = Device + QueueNotify,
        data = data,
        size = size,
        count = 1,
        type = (byte)XenAbi.IOREQ_TYPE_COPY,
        dir = (byte)XenAbi.IOREQ_WRITE,
    };

    private IoEvents Open() => IoEvents.Open(_transport, Guest, null, s_ports, _log);

    private IoEvents Open(IForeignMapping page, bool autoTranslated)
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_IOEVENTFD] = argument =>
        {
            var request = *(privcmd_ioeventfd*)argument;
            if (request.flags > 1)
                return HypercallResult.Failure(XenAbi.XEN_EINVAL);
            Assert.Equal([30u, 31u], new ReadOnlySpan<uint>((void*)request.ports, (int)request.vcpus));
            _asked.Add(request);
            return default;
        };
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_HYPERCALL] = argument =>
        {
            var info = (xen_feature_info*)((privcmd_hypercall*)argument)->arg[1];
            info->submap = autoTranslated ? 1u << (int)XenAbi.XENFEAT_auto_translated_physmap : 0;
            return default;
        };
        return IoEvents.Open(_transport, Guest, page, s_ports, _log);
    }

    private IForeignMapping MapPage()
    {
        _kernel.Requests[XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE] = _ => default;
        using var memory = PrivcmdForeignMemory.Open(_kernel);
        return memory.MapResource(Guest, XenAbi.XENMEM_resource_ioreq_server, 0, 1, 1);
    }
}
