using System;
using System.Threading.Tasks;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Linux;

namespace Xen.DeviceModel.Tests;

public sealed class IoreqServerTests
{
    [Theory]
    [InlineData(1, 0x5aUL)]
    [InlineData(2, 0x1234UL)]
    [InlineData(4, 0xdeadbeefUL)]
    [InlineData(8, 0x0123456789abcdefUL)]
    public void A_value_written_by_the_guest_is_read_back(int size, ulong value)
    {
        using var served = new ServedDomain();
        served.Vcpu.Write(ServedDomain.DeviceAddress + 0x10, (uint)size, value);
        Assert.Equal(value, served.Vcpu.Read(ServedDomain.DeviceAddress + 0x10, (uint)size));
        Assert.Equal([(0x10UL, size)], served.Scratch.Writes);
    }

    [Theory]
    [InlineData(XenAbi.IOREQ_TYPE_PIO)]
    [InlineData(XenAbi.IOREQ_TYPE_PCI_CONFIG)]
    [InlineData(XenAbi.IOREQ_TYPE_TIMEOFFSET)]
    [InlineData(XenAbi.IOREQ_TYPE_INVALIDATE)]
    [InlineData(3)]
    [InlineData(255)]
    public void Every_kind_of_request_gets_a_response(int type)
    {
        using var served = new ServedDomain();
        for (var i = 0; i < 3; i++)
        {
            served.Vcpu.Request(ServedDomain.Request((uint)type, isRead: true));
            served.Vcpu.Request(ServedDomain.Request((uint)type, isRead: false));
        }

        Assert.Equal(6, served.Server.Statistics.Requests);
    }

    [Fact]
    public void Invalidation_drops_the_map_for_those_who_enter_next()
    {
        using var served = new ServedDomain();
        var mappings = served.Xen.Linux.CountMappings(served.Domain.Id);
        using var before = served.Memory.Enter();
        Assert.True(before.TryRead(0, new byte[16]));
        Assert.Equal(mappings + 1, served.Xen.Linux.CountMappings(served.Domain.Id));
        served.Vcpu.Request(ServedDomain.Request(XenAbi.IOREQ_TYPE_INVALIDATE, isRead: false));
        Assert.Equal(1, served.Server.Statistics.Invalidations);
        using var after = served.Memory.Enter();
        Assert.True(after.TryRead(0, new byte[16]));
        Assert.Equal(mappings + 2, served.Xen.Linux.CountMappings(served.Domain.Id));
    }

    [Fact]
    public async Task Failure_of_the_event_channels_completes_the_server_with_the_error()
    {
        using var served = new ServedDomain();
        Assert.False(served.Server.Completion.IsCompleted);
        served.Xen.Linux.Faults.Fail(KernelCall.Poll, XenAbi.XEN_EIO);
        var error = await Assert.ThrowsAsync<HypercallException>(
            () => served.Server.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(XenAbi.XEN_EIO, error.Errno);

        // Ended in Xen as well, so that no vCPU waits for an answer that will not come.
        served.Server.Dispose();
        Assert.Equal(ulong.MaxValue, served.Vcpu.Read(ServedDomain.DeviceAddress, 8));
    }

    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(3u, 1u)]
    [InlineData(16u, 1u)]
    [InlineData(uint.MaxValue, 1u)]
    [InlineData(4u, 0u)]
    [InlineData(4u, uint.MaxValue)]
    public void A_request_of_impossible_shape_gets_a_response_and_reaches_no_device(uint size, uint count)
    {
        using var served = new ServedDomain();
        var request = ServedDomain.Request(XenAbi.IOREQ_TYPE_COPY, isRead: false);
        request.size = size;
        request.count = count;
        served.Vcpu.Request(request);
        Assert.Empty(served.Scratch.Writes);
        Assert.Equal(1, served.Server.Statistics.Unhandled);
    }

    [Fact]
    public void An_unclaimed_access_within_a_range_reads_all_ones()
    {
        using var served = new ServedDomain();
        var beyond = ServedDomain.Request(XenAbi.IOREQ_TYPE_COPY, isRead: true, ServedDomain.DeviceAddress + 0xffe);
        Assert.Equal(0xffffffffUL, served.Vcpu.Request(beyond));
        Assert.Equal(1, served.Server.Statistics.Unhandled);
    }

    [Fact]
    public void A_device_that_throws_still_answers_all_ones()
    {
        using var served = new ServedDomain();
        Assert.Equal(0xffffUL, served.Vcpu.Read(ServedDomain.DeviceAddress + ScratchDevice.ThrowingOffset, 2));
        served.Vcpu.Write(ServedDomain.DeviceAddress, 4, 1);
        Assert.Equal(1UL, served.Vcpu.Read(ServedDomain.DeviceAddress, 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_string_instruction_moves_its_elements_between_guest_memory_and_the_device(bool isDescending)
    {
        using var served = new ServedDomain();
        var step = isDescending ? -1 : 1;
        for (var i = 0; i < 4; i++)
            served.Domain.Memory[0x2000 + (i * step)] = (byte)(0xa0 + i);

        var write = ServedDomain.Request(XenAbi.IOREQ_TYPE_COPY, isRead: false, ServedDomain.DeviceAddress + 0x40, 1);
        write.count = 4;
        write.data_is_ptr = 1;
        write.df = (byte)(isDescending ? 1 : 0);
        write.data = 0x2000;
        served.Vcpu.Request(write);
        for (var i = 0; i < 4; i++)
            Assert.Equal(0xa0 + i, served.Scratch.Bytes[0x40 + (i * step)]);

        var read = write;
        read.dir = (byte)XenAbi.IOREQ_READ;
        read.data = 0x3000;
        served.Vcpu.Request(read);
        for (var i = 0; i < 4; i++)
            Assert.Equal(0xa0 + i, served.Domain.Memory[0x3000 + (i * step)]);
    }

    [Fact]
    public void A_string_instruction_over_missing_memory_gets_a_response()
    {
        using var served = new ServedDomain();
        served.Domain.MakeHole(5);
        var read = ServedDomain.Request(XenAbi.IOREQ_TYPE_COPY, isRead: true, size: 4);
        read.count = 8;
        read.data_is_ptr = 1;
        foreach (var place in new[] { 5UL << 12, (5UL << 12) - 8, ulong.MaxValue - 3, 1UL << 60 })
        {
            read.data = place;
            served.Vcpu.Request(read);
        }

        Assert.Equal(4, served.Server.Statistics.Unhandled);
    }

    [Fact]
    public async Task Each_of_many_vcpus_gets_its_own_response()
    {
        // More than 128 vCPUs need a second page of slots.
        const int Vcpus = 200;
        using var served = new ServedDomain(Vcpus);
        var guests = new Task[Vcpus];
        for (var i = 0; i < Vcpus; i++)
        {
            var vcpu = served.Domain.Vcpus[i];
            guests[i] = Task.Factory.StartNew(
                () =>
                {
                    var address = ServedDomain.DeviceAddress + 0x100 + ((ulong)vcpu.Number * 8);
                    for (ulong round = 0; round < 20; round++)
                    {
                        vcpu.Write(address, 8, (round << 32) | (uint)vcpu.Number);
                        Assert.Equal((round << 32) | (uint)vcpu.Number, vcpu.Read(address, 8));
                    }
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }

        await Task.WhenAll(guests);
        Assert.Equal(Vcpus * 40, served.Server.Statistics.Requests);
    }

    [Fact]
    public void Disposal_leaves_no_server_no_mapping_and_no_port()
    {
        var served = new ServedDomain();
        served.Vcpu.Read(ServedDomain.DeviceAddress, 4);
        served.Dispose();
        served.Server.Dispose();
        Assert.Equal(0, served.Domain.ServerCount);
        Assert.Equal(0, served.Xen.Linux.BoundPortCount);
        Assert.Equal(0, served.Xen.Linux.CountMappings(served.Domain.Id));
        Assert.Equal(ulong.MaxValue, served.Domain.Vcpus[0].Read(ServedDomain.DeviceAddress, 8));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    public void A_string_instruction_on_ports_stays_at_its_port_and_moves_through_memory(int size, bool isDescending)
    {
        using var served = new ServedDomain();
        served.Server.MapPorts(0x500, served.Scratch);
        var step = isDescending ? -size : size;
        for (var i = 0; i < 4; i++)
            served.Domain.Memory.Slice(0x2000 + (i * step), size).Fill((byte)(0xa0 + i));
        served.Vcpu.Perform(VcpuAccess.WriteString(IoreqKind.PortIo, 0x510, (uint)size, 4, 0x2000, isDescending));
        Assert.Equal([(0x10UL, size), (0x10UL, size), (0x10UL, size), (0x10UL, size)], served.Scratch.Writes);
        Assert.Equal(0xa3, served.Scratch.Bytes[0x10]);
        served.Vcpu.Perform(VcpuAccess.ReadString(IoreqKind.PortIo, 0x510, (uint)size, 4, 0x3000, isDescending));
        for (var i = 0; i < 4; i++)
            Assert.Equal(0xa3, served.Domain.Memory[0x3000 + (i * step)]);
    }

    [Fact]
    public void Ports_answer_until_they_are_given_up_and_only_in_their_space()
    {
        using var served = new ServedDomain();
        served.Server.MapPorts(0x500, new ScratchDevice(16));
        served.Vcpu.WritePort(0x504, 2, 0x1234);
        Assert.Equal(0x34UL, served.Vcpu.ReadPort(0x504, 1));
        Assert.Throws<ArgumentException>(() => served.Server.MapPorts(0xfff8, new ScratchDevice(16)));
        Assert.Throws<ArgumentException>(() => served.Server.MapPorts(0x50f, new ScratchDevice(16)));
        Assert.True(served.Server.UnmapPorts(0x500));
        Assert.False(served.Server.UnmapPorts(0x500));
        Assert.Equal(0xffffUL, served.Vcpu.ReadPort(0x504, 2) & 0xffff);
    }

    [Fact]
    public void Servers_of_one_domain_and_of_several_serve_side_by_side()
    {
        using var served = new ServedDomain();
        using var channels = served.Xen.Linux.OpenEventChannels();
        using var second = IoreqServer.Create(
            served.Xen, served.Xen.ForeignMemory, channels, served.Domain.Id, served.Memory);
        second.MapMmio(0xe0000000, new ScratchDevice(16));
        second.Start();
        var other = served.Xen.CreateDomain(8);
        using var memory = new ForeignGuestMemory(served.Xen.ForeignMemory, other.Id);
        using var otherChannels = served.Xen.Linux.OpenEventChannels();
        using var third = IoreqServer.Create(
            served.Xen, served.Xen.ForeignMemory, otherChannels, other.Id, memory);
        third.MapMmio(ServedDomain.DeviceAddress, new ScratchDevice(16));
        third.Start();

        served.Vcpu.Write(ServedDomain.DeviceAddress, 4, 1);
        served.Vcpu.Write(0xe0000000, 4, 2);
        other.Vcpus[0].Write(ServedDomain.DeviceAddress, 4, 3);
        Assert.Equal(1UL, served.Vcpu.Read(ServedDomain.DeviceAddress, 4));
        Assert.Equal(2UL, served.Vcpu.Read(0xe0000000, 4));
        Assert.Equal(3UL, other.Vcpus[0].Read(ServedDomain.DeviceAddress, 4));
        second.Dispose();
        Assert.Equal(1UL, served.Vcpu.Read(ServedDomain.DeviceAddress, 4));
    }

    [Fact]
    public void A_domain_that_does_not_exist_is_refused_by_name()
    {
        var xen = new SimulatedXen();
        var domain = new DomainId(99);
        using var memory = new ForeignGuestMemory(xen.ForeignMemory, domain);
        var error = Assert.Throws<HypercallException>(
            () => IoreqServer.Create(xen, xen.ForeignMemory, xen.EventChannels, domain, memory));
        Assert.Equal(XenAbi.XEN_ESRCH, error.Errno);
        Assert.Contains("domain 99", error.Message, StringComparison.Ordinal);
        Assert.Contains("ESRCH", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ninth_server_is_refused_and_leaves_nothing_behind()
    {
        using var served = new ServedDomain();
        for (var i = 0; i < 7; i++)
            Create(served);
        var error = Assert.Throws<HypercallException>(() => Create(served));
        Assert.Equal(XenAbi.XEN_ENOSPC, error.Errno);
        Assert.Equal(8, served.Domain.ServerCount);
    }

    [Fact]
    public void A_second_device_cannot_take_the_first_ones_place()
    {
        using var served = new ServedDomain();
        Assert.Throws<ArgumentException>(
            () => served.Server.MapMmio(ServedDomain.DeviceAddress + 0xfff, new ScratchDevice(16)));
        Assert.Throws<ArgumentException>(() => served.Server.MapMmio(ulong.MaxValue - 3, new ScratchDevice(16)));
        Assert.Throws<ArgumentException>(() => served.Server.MapMmio(0xe0000000, new ScratchDevice(0)));
        served.Server.MapMmio(ServedDomain.DeviceAddress + 0x1000, new ScratchDevice(16));
    }

    private static IoreqServer Create(ServedDomain served) => IoreqServer.Create(
        served.Xen, served.Xen.ForeignMemory, served.Xen.EventChannels, served.Domain.Id, served.Memory);
}
