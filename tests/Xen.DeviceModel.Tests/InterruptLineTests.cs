using System;
using System.Runtime.InteropServices;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>Each kind of guest has its own wires.</summary>
public sealed class InterruptLineTests
{
    private static readonly PciAddress s_place = new(0, 0, 0x10, 0);

    [Fact]
    public void Hvm_guest_has_lines_of_the_isa_bus_and_pins_of_the_pci_bus()
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7, kind: SimulatedDomainKind.Hvm);
        using var model = GuestDeviceModel.Open(xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions());
        model.Start();
        var line = model.InterruptLine(5);
        var device = new ScratchPciDevice();
        var host = model.AddPci(s_place, device);
        Assert.Same(host, device.Host);
        line.SetLevel(true);
        host.Pin.SetLevel(true);
        Assert.Equal(["isa 5", "pci 16 inta"], domain.Interrupts.Asserted());
        line.SetLevel(false);
        host.Pin.SetLevel(false);
        Assert.Empty(domain.Interrupts.Asserted());
        Assert.Throws<ArgumentOutOfRangeException>(() => model.InterruptLine(16));
        Assert.Empty(model.SavedStates);

        // The machine's own CF8 is left to it.
        Assert.Equal(0xffffffffUL, domain.Vcpus[0].ReadPort(0xcf8, 4) & 0xffffffff);
    }

    [Fact]
    public void Pvh_guest_never_has_a_line_that_crashes_its_hypervisor()
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7);
        using var model = GuestDeviceModel.Open(xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions());
        model.Start();
        for (var input = 0; input < IoApic.InputCount; input++)
            model.InterruptLine(input).SetLevel(true);
        model.AddPci(s_place, new ScratchPciDevice()).Pin.SetLevel(true);
        Assert.Empty(domain.Interrupts.Asserted());
        Assert.True(model.SavedStates.ContainsKey("ioapic"));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.InterruptLine(24));
    }

    [Fact]
    public void Pvh_guest_with_messages_only_has_no_line()
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7);
        using var model = GuestDeviceModel.Open(
            xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions { IoApic = false });
        model.Start();
        Assert.Throws<InvalidOperationException>(() => model.InterruptLine(5));
        model.AddPci(s_place, new ScratchPciDevice()).Pin.SetLevel(true);
        Assert.Empty(domain.Messages);
    }

    [Fact]
    public void Arm_guest_gets_an_edge_once_and_needs_no_fall()
    {
        using var xen = new SimulatedXen { Architecture = Architecture.Arm64 };
        var domain = xen.CreateDomain(7);
        using var model = OpenArm(xen, domain, InterruptTrigger.Edge);
        var line = model.InterruptLine(33);
        foreach (var level in new[] { true, true, false, false, true })
            line.SetLevel(level);
        Assert.Equal([(33U, true), (33U, true)], domain.Interrupts.LineChanges);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.InterruptLine(31));
    }

    [Fact]
    public void Arm_guest_gets_a_level_again_each_time_and_its_fall_once()
    {
        using var xen = new SimulatedXen { Architecture = Architecture.Arm64 };
        var domain = xen.CreateDomain(7);
        using var model = OpenArm(xen, domain, InterruptTrigger.Level);
        var line = model.InterruptLine(33);
        foreach (var level in new[] { false, true, true, false, false })
            line.SetLevel(level);
        Assert.Equal([(33U, true), (33U, true), (33U, false)], domain.Interrupts.LineChanges);
    }

    [Fact]
    public void Line_of_a_guest_that_is_gone_interrupts_nobody()
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7, kind: SimulatedDomainKind.Hvm);
        using var model = GuestDeviceModel.Open(xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions());
        var line = model.InterruptLine(5);
        domain.Destroy();
        line.SetLevel(true);
        model.Msi.Deliver(new MsiMessage(0xfee00000, 0x22));
    }

    [Theory]
    [InlineData(SimulatedDomainKind.Pv, "PV guest")]
    [InlineData(SimulatedDomainKind.Pvh, "has ended")]
    public void Guest_that_cannot_be_served_is_refused_in_words(SimulatedDomainKind kind, string reason)
    {
        using var xen = new SimulatedXen();
        var domain = xen.CreateDomain(7, kind: kind);
        if (kind == SimulatedDomainKind.Pvh)
            domain.ShutDown((uint)ShutdownReason.PowerOff);
        var files = xen.Linux.OpenFileCount;
        var error = Assert.Throws<XenException>(
            () => GuestDeviceModel.Open(xen.Linux.ToPlatform(), domain.Id, new GuestDeviceModelOptions()));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(files, xen.Linux.OpenFileCount);
    }

    private static GuestDeviceModel OpenArm(SimulatedXen xen, SimulatedDomain domain, InterruptTrigger trigger)
    {
        var options = new GuestDeviceModelOptions { Kind = GuestKind.Arm, Trigger = trigger };
        var model = GuestDeviceModel.Open(xen.Linux.ToPlatform(), domain.Id, options);
        model.Start();
        return model;
    }
}
