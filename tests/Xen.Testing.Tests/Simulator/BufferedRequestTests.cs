using System;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>Requests that nobody waits for.</summary>
public sealed unsafe class BufferedRequestTests : IDisposable
{
    private const ulong Video = 0xa0000;
    private const uint Slots = XenAbi.IOREQ_BUFFER_SLOT_NUM;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private StepwiseModel _model;

    public BufferedRequestTests()
    {
        _domain = _xen.CreateDomain(5, kind: SimulatedDomainKind.Hvm);
        _domain.EmulatesVideo = true;
        _model = Model(BufferedIoreqMode.Atomic);
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_store_to_video_memory_goes_through_the_ring()
    {
        _domain.Vcpus[0].Write(Video + 0x1234, 4, 0xcafe);
        Assert.Equal((0u, 1u), (_model.Ring->read_pointer, _model.Ring->write_pointer));
        var entry = _model.Ring->buf_ioreq[0];
        Assert.Equal(
            ((byte)XenAbi.IOREQ_TYPE_COPY, 0, 2, 0xa1234u, 0xcafeu),
            (entry.type, entry.dir, entry.size, entry.addr, entry.data));
        Assert.Empty(_model.Served);
    }

    [Fact]
    public void Eight_bytes_take_two_entries()
    {
        _domain.Vcpus[0].Write(Video, 8, 0x1122334455667788);
        Assert.Equal(2u, _model.Ring->write_pointer);
        Assert.Equal((3, 0x55667788u), (_model.Ring->buf_ioreq[0].size, _model.Ring->buf_ioreq[0].data));
        Assert.Equal(0x11223344u, _model.Ring->buf_ioreq[1].data);
    }

    [Fact]
    public void The_server_hears_of_it_by_the_port_of_the_ring()
    {
        DmOp.GetIoreqServerPort(_xen, _domain.Id, _model.Id, out var remote).OrThrow("info");
        var port = _xen.EventChannels.BindInterdomain(_domain.Id, remote);
        _model.Drain();
        _domain.Vcpus[0].Write(Video, 1, 1);
        Assert.Equal([port], _model.TakeEvents());
        _xen.EventChannels.Unbind(port);
    }

    [Fact]
    public void A_full_ring_makes_the_request_synchronous()
    {
        for (var i = 0; i < Slots - 1; i++)
            _domain.Vcpus[0].Write(Video, 1, 1);

        // One entry is left: too little for eight bytes, enough for one.
        _model.Run(new GuestScript(_domain.Vcpus[0], VcpuAccess.Write(Video, 8, 7)));
        Assert.Single(_model.Served);
        _domain.Vcpus[0].Write(Video, 1, 1);
        Assert.Equal(Slots, _model.Ring->write_pointer);
        _model.Run(new GuestScript(_domain.Vcpus[0], VcpuAccess.Write(Video, 1, 9)));
        Assert.Equal(9UL, _model.Served[1].data);

        _model.Ring->read_pointer = 1;
        _domain.Vcpus[0].Write(Video, 1, 1);
        Assert.Equal(2, _model.Served.Count);
    }

    [Theory]
    [InlineData(BufferedIoreqMode.Atomic, 2u, 3u)]
    [InlineData(BufferedIoreqMode.Legacy, Slots + 2, Slots + 3)]
    public void Pointers_are_turned_back_where_the_server_allows_it(BufferedIoreqMode mode, uint read, uint write)
    {
        _model.Dispose();
        _model = Model(mode);
        _model.Ring->read_pointer = Slots + 2;
        _model.Ring->write_pointer = Slots + 2;
        _domain.Vcpus[0].Write(Video, 1, 1);
        Assert.Equal((read, write), (_model.Ring->read_pointer, _model.Ring->write_pointer));
        Assert.Equal(1u, _model.Ring->buf_ioreq[2].data);
    }

    [Fact]
    public void Reads_strings_and_high_addresses_are_synchronous()
    {
        var wide = Model(BufferedIoreqMode.Atomic).Claim(IoSpace.Memory, 0x100000, 0x1fffff);
        wide.Run(new GuestScript(
            _domain.Vcpus[0],
            VcpuAccess.Read(Video, 4),
            VcpuAccess.Fill(Video, 4, 8, 0),
            VcpuAccess.WriteBuffered(0x100000, 4, 1)));
        Assert.Equal(3, wide.Served.Count);
        Assert.Equal(0u, wide.Ring->write_pointer);
        wide.Dispose();
    }

    [Fact]
    public void The_clock_is_told_to_those_with_a_ring_only()
    {
        using var other = new StepwiseModel(_xen, _domain).Start();
        _domain.Vcpus[0].Perform(VcpuAccess.SetClock(-5));
        Assert.Equal(2u, _model.Ring->write_pointer);
        var entry = _model.Ring->buf_ioreq[0];
        Assert.Equal(((byte)XenAbi.IOREQ_TYPE_TIMEOFFSET, unchecked((uint)-5)), (entry.type, entry.data));
        Assert.Equal(uint.MaxValue, _model.Ring->buf_ioreq[1].data);
    }

    [Fact]
    public void A_server_without_a_ring_gets_it_synchronously()
    {
        using var other = new StepwiseModel(_xen, _domain).Claim(IoSpace.Memory, Video, Video + 0xfff).Start();
        other.Run(new GuestScript(_domain.Vcpus[0], VcpuAccess.Write(Video, 1, 1)));
        Assert.Single(other.Served);
    }

    private StepwiseModel Model(BufferedIoreqMode mode) =>
        new StepwiseModel(_xen, _domain, mode).Claim(IoSpace.Memory, Video, Video + 0x1ffff).Start();
}
