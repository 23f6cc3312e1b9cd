using System;
using System.Threading.Tasks;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

public sealed class GuestDeviceModelTests : IDisposable
{
    private const ulong Address = 0xd0000000;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public GuestDeviceModelTests() => _domain = _xen.CreateDomain(7, vcpus: 2);

    private SimulatedVcpu Vcpu => _domain.Vcpus[0];

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void Device_of_a_guest_is_served_until_it_is_taken_out()
    {
        using var model = Open();
        var device = new ScratchDevice(0x1000);
        model.AddMmio(Address, device);
        model.Start();
        Vcpu.Write(Address + 8, 4, 0x1234);
        Assert.Equal(0x1234UL, Vcpu.Read(Address + 8, 4));
        model.RemoveMmio(Address);
        Assert.Equal(0xffffffffUL, Vcpu.Read(Address + 8, 4));
        model.AddMmio(Address, device);
        Assert.Equal(0x1234UL, Vcpu.Read(Address + 8, 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Guest_is_the_only_one_that_the_handles_reach_before_it_has_a_device(bool mapAtOnce)
    {
        var other = _xen.CreateDomain(8);
        using (var free = _xen.Linux.OpenTransport())
            Assert.True(DmOp.GetVcpuCount(free, other.Id, out _).IsSuccess);
        PrivilegeProbe probe = new(_xen);
        using var model = GuestDeviceModel.Open(
            probe.Platform, _domain.Id, new GuestDeviceModelOptions { MapAtOnce = mapAtOnce });
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(probe.Transport, other.Id, out _).Errno);
        Assert.Equal(XenAbi.XEN_EPERM, XenVersionOp.GetVersion(probe.Transport, out _).Errno);
        Assert.Throws<HypercallException>(() => probe.ForeignMemory.GetResourceSize(other.Id, 1, 0));
        Assert.Throws<HypercallException>(() => probe.EventChannels.BindVirq(XenAbi.VIRQ_DOM_EXC));

        model.AddMmio(Address, new ScratchDevice(16));
        model.Start();

        // All that serves the guest goes on: memory, interrupts, ranges, answers.
        using (var view = model.Memory.Enter())
            Assert.True(view.TryWrite(0x5000, new byte[16]));
        model.Msi.Deliver(new MsiMessage(0xfee00000, 0x22));
        Assert.Single(_domain.Messages);
        model.AddMmio(Address + 0x1000, new ScratchDevice(16));
        Vcpu.Write(Address + 0x1000, 4, 7);
        Assert.Equal(7UL, Vcpu.Read(Address + 0x1000, 4));
    }

    [Fact]
    public async Task Guest_that_is_killed_leaves_nothing_behind()
    {
        using var model = Open();
        model.AddMmio(Address, new ScratchDevice(16));
        model.Start();
        using (var view = model.Memory.Enter())
            Assert.True(view.TryWrite(0x5000, new byte[16]));
        _domain.Destroy();
        model.Stop();
        model.ReleaseMemory();
        Assert.Equal(0, _xen.Linux.CountMappings(_domain.Id));
        await model.Completion.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(XenAbi.XEN_ESRCH, DmOp.GetVcpuCount(_xen, _domain.Id, out _).Errno);
    }

    private GuestDeviceModel Open(GuestDeviceModelOptions? options = null) =>
        GuestDeviceModel.Open(_xen.Linux.ToPlatform(), _domain.Id, options ?? new GuestDeviceModelOptions());
}
