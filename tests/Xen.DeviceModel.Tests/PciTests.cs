using System;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

public sealed class PciTests : IDisposable
{
    private static readonly PciAddress s_place = new(0, 0, 0x10, 0);
    private static readonly PciSbdf s_sbdf = new(0, 0, 0x10, 0);

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;
    private readonly GuestDeviceModel _model;
    private readonly ScratchPciDevice _device = new();

    public PciTests()
    {
        _domain = _xen.CreateDomain(7);
        _model = GuestDeviceModel.Open(_xen.Linux.ToPlatform(), _domain.Id, new GuestDeviceModelOptions());
        _model.AddPci(s_place, _device);
        _model.Start();
    }

    private SimulatedVcpu Vcpu => _domain.Vcpus[0];

    public void Dispose()
    {
        _model.Dispose();
        _xen.Dispose();
    }

    [Fact]
    public void Configuration_space_is_reached_by_ports_of_any_width()
    {
        Assert.Equal(0x10411af4UL, Vcpu.ReadPci(s_sbdf, 0, 4));
        Assert.Equal(0x1041UL, Vcpu.ReadPci(s_sbdf, 2, 2));
        Assert.Equal(0x10UL, Vcpu.ReadPci(s_sbdf, 3, 1));
        Vcpu.WritePci(s_sbdf, 0x3c, 1, 0x0b);
        Assert.Equal(0x0bUL, Vcpu.ReadPci(s_sbdf, 0x3c, 1));
    }

    [Fact]
    public void Function_that_is_not_there_reads_all_ones() =>
        Assert.Equal(0xffffffffUL, Vcpu.ReadPci(new PciSbdf(0, 0, 0x11, 0), 0, 4) & 0xffffffff);

    [Fact]
    public void Selection_of_a_register_reads_back()
    {
        Vcpu.WritePort(0xcf8, 4, 0x80008000);
        Assert.Equal(0x80008000UL, Vcpu.ReadPort(0xcf8, 4));
    }

    [Fact]
    public void Window_answers_where_the_guest_places_it_and_nowhere_else()
    {
        Place(0xe0000000);
        Vcpu.Write(0xe0000010, 4, 42);
        Assert.Equal(42UL, Vcpu.Read(0xe0000010, 4));
        Place(0xe1000000);
        Assert.Equal(0xffffffffUL, Vcpu.Read(0xe0000010, 4) & 0xffffffff);
        Assert.Equal(42UL, Vcpu.Read(0xe1000010, 4));
        Vcpu.WritePci(s_sbdf, 4, 2, 0);
        Assert.Equal(0xffffffffUL, Vcpu.Read(0xe1000010, 4) & 0xffffffff);
    }

    [Theory]
    [InlineData(0x0UL)]
    [InlineData(0x1000UL)]
    [InlineData(IoApic.DefaultAddress)]
    [InlineData(IoApic.DefaultAddress - 0x2000)]
    [InlineData(0xfffffffffffff000UL)]
    [InlineData(0xfffffffffffffff0UL)]
    public void Place_that_is_taken_or_is_none_is_refused_and_the_guest_goes_on(ulong address)
    {
        Place(address);
        Assert.Equal(0x10411af4UL, Vcpu.ReadPci(s_sbdf, 0, 4));
        Place(0xe0000000);
        Vcpu.Write(0xe0000010, 4, 42);
        Assert.Equal(42UL, Vcpu.Read(0xe0000010, 4));
    }

    [Fact]
    public void Window_that_came_too_late_answers_when_the_other_one_is_gone()
    {
        var (other, third) = (new PciSbdf(0, 0, 0x11, 0), new PciSbdf(0, 0, 0x12, 0));
        _model.AddPci(new PciAddress(0, 0, 0x11, 0), new ScratchPciDevice());
        _model.AddPci(new PciAddress(0, 0, 0x12, 0), new ScratchPciDevice());
        Place(s_sbdf, 0xe0000000);
        Place(other, 0xe1000000);
        Vcpu.Write(0xe0000010, 4, 42);
        Vcpu.Write(0xe1000010, 4, 43);

        // As a guest moves them: each stays decoded, and two are at one place meanwhile.
        Vcpu.WritePci(s_sbdf, 0x10, 4, 0xe1000000);
        Assert.Equal(43UL, Vcpu.Read(0xe1000010, 4));
        Vcpu.WritePci(other, 0x10, 4, 0xe2000000);
        Assert.Equal(42UL, Vcpu.Read(0xe1000010, 4));
        Assert.Equal(43UL, Vcpu.Read(0xe2000010, 4));

        // Of two that wait, the first one gets it; one that no longer wants to be there never does.
        Vcpu.WritePci(other, 0x10, 4, 0xe1000000);
        Place(third, 0xe1000000);
        Vcpu.WritePci(s_sbdf, 4, 2, 0);
        Assert.Equal(43UL, Vcpu.Read(0xe1000010, 4));
        Vcpu.WritePci(third, 4, 2, 0);
        Vcpu.WritePci(other, 4, 2, 0);
        Assert.Equal(0xffffffffUL, Vcpu.Read(0xe1000010, 4) & 0xffffffff);
    }

    [Fact]
    public void Window_answers_where_a_device_was_that_has_been_taken_out()
    {
        _model.AddMmio(0xe0000000, new ScratchDevice(0x1000));
        Place(0xe0000000);
        _model.RemoveMmio(0xe0000000);
        Vcpu.Write(0xe0003010, 4, 42);
        Assert.Equal(42UL, Vcpu.Read(0xe0003010, 4));

        _model.AddPci(new PciAddress(0, 0, 0x11, 0), new ScratchPciDevice());
        Place(new PciSbdf(0, 0, 0x11, 0), 0xe0000000);
        _model.RemovePci(s_place);
        Assert.Equal(0UL, Vcpu.Read(0xe0003010, 4));
    }

    [Fact]
    public void Guest_that_moves_its_window_for_ever_uses_up_nothing()
    {
        for (ulong i = 0; i < 600; i++)
            Place(0xe0000000 + (i * 0x8000));
        Vcpu.Write(0xe0000000 + (599 * 0x8000) + 0x10, 4, 42);
        Assert.Equal(42UL, Vcpu.Read(0xe0000000 + (599 * 0x8000) + 0x10, 4));
        Assert.Equal(0xffffffffUL, Vcpu.Read(0xe0000010, 4) & 0xffffffff);
    }

    [Fact]
    public void Window_that_is_no_bar_is_ignored()
    {
        _device.Host.MapBar(6, 0xe0000000, _device.Window);
        _device.Host.MapBar(-1, 0xe0000000, _device.Window);
        _device.Host.UnmapBar(6);
        Assert.Equal(0xffffffffUL, Vcpu.Read(0xe0000010, 4) & 0xffffffff);
    }

    [Fact]
    public void Messages_and_the_pin_reach_the_guest()
    {
        _device.Host.Msi.Deliver(new MsiMessage(0xfee01000, 0x31));
        Assert.Equal([(0xfee01000UL, 0x31U)], _domain.Messages);

        // Input 16 of the I/O APIC, by the device's number: vector 0x40, not masked.
        Vcpu.Write(IoApic.DefaultAddress, 4, 0x10 + (2 * 16));
        Vcpu.Write(IoApic.DefaultAddress + 0x10, 4, 0x40);
        _device.Host.Pin.SetLevel(true);
        Assert.Contains((0xfee00000UL, 0x40U), _domain.Messages);
    }

    [Fact]
    public void Function_that_is_unplugged_is_gone_with_its_window()
    {
        Place(0xe0000000);
        _model.RemovePci(s_place);
        Assert.Equal(0xffffffffUL, Vcpu.ReadPci(s_sbdf, 0, 4) & 0xffffffff);
        Assert.Equal(0xffffffffUL, Vcpu.Read(0xe0000010, 4) & 0xffffffff);
        _model.AddPci(s_place, _device);
        Assert.Equal(0x10411af4UL, Vcpu.ReadPci(s_sbdf, 0, 4));
    }

    [Fact]
    public void Second_function_at_a_place_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _model.AddPci(s_place, new ScratchPciDevice()));
        _model.AddPci(new PciAddress(0, 0, 0x10, 1), new ScratchPciDevice());
        Assert.Equal(0x10411af4UL, Vcpu.ReadPci(s_sbdf, 0, 4));
        Assert.Equal(0x10411af4UL, Vcpu.ReadPci(new PciSbdf(0, 0, 0x10, 1), 0, 4));
    }

    private void Place(ulong address) => Place(s_sbdf, address);

    private void Place(PciSbdf function, ulong address)
    {
        Vcpu.WritePci(function, 4, 2, 0);
        Vcpu.WritePci(function, 0x10, 4, (uint)address);
        Vcpu.WritePci(function, 0x14, 4, address >> 32);
        Vcpu.WritePci(function, 4, 2, 2);
    }
}
