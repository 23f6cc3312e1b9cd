using System;
using System.Linq;
using Xen.DeviceModel;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Tests.Simulator;

/// <summary>What a guest's accesses become.</summary>
public sealed class RequestTests : IDisposable
{
    private const ulong Device = 0xd0000000;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly StepwiseModel _model;

    public RequestTests()
    {
        _domain = _xen.CreateDomain(5, vcpus: 2);
        _model = new StepwiseModel(_xen, _domain).Claim(IoSpace.Memory, Device, Device + 0x1fff).Start();
    }

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1, 0xf8UL)]
    [InlineData(2, 0xfcf8UL)]
    [InlineData(4, 0xeefdfcf8UL)]
    [InlineData(8, 0x99aabbcceefdfcf8UL)]
    public void A_load_gets_as_many_bytes_as_it_has(uint size, ulong expected)
    {
        _model.Answer = static _ => 0x99aabbcceefdfcf8;
        Assert.Equal([expected], Run(VcpuAccess.Read(Device, size)));
        var request = Assert.Single(_model.Served);
        Assert.Equal((Device, size, 1u, 1, 0UL), (request.addr, request.size, request.count, request.dir, request.data));
    }

    [Fact]
    public void A_store_has_no_bytes_beyond_its_size()
    {
        Run(VcpuAccess.Write(Device, 2, 0x12345678));
        Assert.Equal(0x5678UL, Assert.Single(_model.Served).data);
    }

    [Fact]
    public void An_access_across_a_page_comes_in_parts_that_are_powers_of_two()
    {
        _model.Answer = static request => request.size == 4 ? 0x44332211UL : request.size == 2 ? 0x6655UL : 0x77UL;
        Assert.Equal([0x0077665544332211UL & 0xffffffffffffffUL | (0x77UL << 56)], Run(VcpuAccess.Read(Device + 0xff9, 8)));
        Assert.Equal(
            [(Device + 0xff9, 4u), (Device + 0xffd, 2u), (Device + 0xfff, 1u), (Device + 0x1000, 1u)],
            _model.Served.Select(request => (request.addr, request.size)));
    }

    [Fact]
    public void What_nobody_claims_reads_all_ones_and_swallows_writes()
    {
        Assert.Equal(
            [0xffUL, 0xffffUL, 0xffffffffUL, ulong.MaxValue],
            Run(
                VcpuAccess.Read(0xe0000000, 1),
                VcpuAccess.ReadPort(0x80, 2),
                VcpuAccess.Read(Device + 0x2000, 4),
                VcpuAccess.Read(Device - 8, 8)));
        Run(VcpuAccess.Write(0xe0000000, 4, 1), VcpuAccess.WritePort(0x80, 1, 1));
        Assert.Empty(_model.Served);
    }

    [Fact]
    public void A_string_is_claimed_as_a_whole_or_not_at_all()
    {
        Run(VcpuAccess.ReadString(IoreqKind.Mmio, Device + 0x1000, 4, 0x400, 0x2000));
        var request = Assert.Single(_model.Served);
        Assert.Equal((0x400u, 0x2000UL, 1, 0), (request.count, request.data, request.data_is_ptr, request.df));

        Run(VcpuAccess.ReadString(IoreqKind.Mmio, Device + 0x1000, 4, 0x401, 0x2000));
        Assert.Single(_model.Served);
    }

    [Fact]
    public void A_descending_string_begins_at_its_highest_element()
    {
        Run(VcpuAccess.WriteString(IoreqKind.Mmio, Device + 12, 4, 4, 0x200c, isDescending: true));
        Assert.Equal(1, Assert.Single(_model.Served).df);
        Run(VcpuAccess.Fill(Device + 8, 4, 4, 7, isDescending: true));
        Assert.Single(_model.Served);
    }

    [Fact]
    public void A_long_string_comes_in_pieces()
    {
        using var other = new StepwiseModel(_xen, _xen.CreateDomain(6)).Claim(IoSpace.Memory, 0, ulong.MaxValue).Start();
        other.Run(new GuestScript(
            _xen.Find(new DomainId(6))!.Vcpus[0], VcpuAccess.WriteString(IoreqKind.Mmio, 0x10000, 2, 5000, 0x4000)));
        Assert.Equal(
            [(0x10000UL, 4096u, 0x4000UL), (0x12000UL, 904u, 0x6000UL)],
            other.Served.Select(request => (request.addr, request.count, request.data)));
    }

    [Fact]
    public void Ports_are_served_by_who_claims_them()
    {
        _model.Claim(IoSpace.Port, 0x3f8, 0x3ff);
        _model.Answer = static request => request.addr;
        Assert.Equal([0x3fcUL, 0xffUL], Run(VcpuAccess.ReadPort(0x3fc, 2), VcpuAccess.ReadPort(0x400, 1)));
        Assert.Equal([0xffffffffUL], Run(VcpuAccess.ReadPort(0x3fd, 4)));
        Assert.Equal((byte)XenAbi.IOREQ_TYPE_PIO, _model.Served[0].type);
    }

    [Fact]
    public void Configuration_space_is_reached_through_two_ports()
    {
        var function = new PciSbdf(0, 1, 2, 3);
        _model.Claim(IoSpace.PciConfiguration, function.Value, function.Value);
        _model.Answer = static _ => 0x10ec8139;
        Assert.Equal([0UL, 0x8139UL], Run(
            VcpuAccess.WritePort(0xcf8, 4, 0x80000000 | (function.Value << 8) | 0x10),
            VcpuAccess.ReadPort(0xcfe, 2)).Select((value, i) => i == 0 ? 0 : value));
        var request = Assert.Single(_model.Served);
        Assert.Equal((byte)XenAbi.IOREQ_TYPE_PCI_CONFIG, request.type);
        Assert.Equal(((ulong)function.Value << 32) | 0x12, request.addr);

        // Another function, and then none: the data port is not an ordinary port while one is selected.
        _model.Claim(IoSpace.Port, 0xcfc, 0xcff);
        Run(VcpuAccess.WritePort(0xcf8, 4, 0x80000000), VcpuAccess.ReadPort(0xcfc, 4));
        Assert.Single(_model.Served);
        Run(VcpuAccess.WritePort(0xcf8, 4, 0), VcpuAccess.ReadPort(0xcfc, 4));
        Assert.Equal((byte)XenAbi.IOREQ_TYPE_PIO, _model.Served[^1].type);
    }

    [Fact]
    public void The_newest_server_wins_and_the_older_one_follows_it()
    {
        using (var newer = new StepwiseModel(_xen, _domain).Claim(IoSpace.Memory, Device, Device + 0xff).Start())
        {
            newer.Run(new GuestScript(_domain.Vcpus[0], VcpuAccess.Read(Device + 4, 4)));
            Assert.Single(newer.Served);
            DmOp.SetIoreqServerState(_xen, _domain.Id, newer.Id, enabled: false).OrThrow("disable");
        }

        Run(VcpuAccess.Read(Device + 4, 4));
        Assert.Single(_model.Served);
    }

    [Fact]
    public void An_invalidation_waits_for_every_server()
    {
        using var other = new StepwiseModel(_xen, _domain).Start();
        var script = new GuestScript(_domain.Vcpus[0], VcpuAccess.Invalidate());
        Assert.False(script.RunUntilBlocked());
        _model.Drain();
        _model.Serve(0);
        Assert.False(script.RunUntilBlocked());
        other.Serve(0);
        Assert.True(script.RunUntilBlocked());
        Assert.Equal((byte)XenAbi.IOREQ_TYPE_INVALIDATE, _model.Served[0].type);
        Assert.Equal(ulong.MaxValue, other.Served[0].data);
    }

    [Fact]
    public void Vcpus_beyond_the_first_128_have_slots_on_further_pages()
    {
        var large = _xen.CreateDomain(9, vcpus: 300);
        using var model = new StepwiseModel(_xen, large).Claim(IoSpace.Memory, Device, Device + 0xfff).Start();
        model.Answer = static request => request.addr & 0xfff;
        foreach (var vcpu in new[] { 0, 127, 128, 255, 256, 299 })
            Assert.Equal([(ulong)vcpu], model.Run(new GuestScript(large.Vcpus[vcpu], VcpuAccess.Read(Device + (uint)vcpu, 4))));
        Assert.Equal(4, _xen.ForeignMemory.GetResourceSize(large.Id, XenAbi.XENMEM_resource_ioreq_server, model.Id.Value));
    }

    [Fact]
    public void A_vcpu_does_one_thing_at_a_time()
    {
        var script = new GuestScript(_domain.Vcpus[0], VcpuAccess.Read(Device, 4));
        Assert.False(script.RunUntilBlocked());
        Assert.Throws<InvalidOperationException>(() => _domain.Vcpus[0].Read(Device, 4));
        DmOp.SetIoreqServerState(_xen, _domain.Id, _model.Id, enabled: false).OrThrow("disable");
        Assert.True(script.RunUntilBlocked());
        Assert.Equal([0xffffffffUL], script.Results);
    }

    private System.Collections.Generic.IReadOnlyList<ulong> Run(params VcpuAccess[] accesses) =>
        _model.Run(new GuestScript(_domain.Vcpus[0], accesses));
}
