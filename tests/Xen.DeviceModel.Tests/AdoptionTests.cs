using System;
using System.Threading;
using System.Threading.Tasks;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>A device model's process is killed, and another one takes its IOREQ server over.</summary>
public sealed class AdoptionTests : IDisposable
{
    private const ulong Address = 0xd0000000;

    private readonly SimulatedXen _xen = new();
    private readonly SimulatedDomain _domain;

    public AdoptionTests() => _domain = _xen.CreateDomain(7, vcpus: 3);

    public void Dispose() => _xen.Dispose();

    [Fact]
    public void Request_that_came_while_nobody_served_is_answered()
    {
        using var first = Open();
        first.AddMmio(Address, new ScratchDevice(16));
        first.Start();
        Kill(first);
        var write = Begin(0, VcpuAccess.Write(Address, 4, 7));
        var read = Begin(1, VcpuAccess.Read(Address + 4, 4));

        using var second = Adopt(first, new ScratchDevice(16) { Bytes = { [4] = 9 } });
        End(write);
        Assert.Equal(9UL, End(read));
        Assert.Equal(7UL, _domain.Vcpus[2].Read(Address, 4));
        Assert.True(second.IsAdopted);
        Assert.Equal(1, _domain.ServerCount);
    }

    [Fact]
    public void Request_that_was_taken_and_not_answered_is_carried_out_again()
    {
        using var first = Open();
        var device = new DeferringDevice();
        first.AddMmio(Address, device);
        first.Start();
        var read = Begin(0, VcpuAccess.Read(Address, 4));
        var completion = device.WaitUntilAsked();
        Kill(first);
        Assert.False(completion.Complete(1));

        using var second = Adopt(first, new ScratchDevice(0x1000) { Bytes = { [0] = 9 } });
        Assert.Equal(9UL, End(read));
    }

    [Fact]
    public async Task Answer_that_the_vcpu_was_not_told_of_reaches_it()
    {
        var probe = new PrivilegeProbe(_xen);
        using var first = GuestDeviceModel.Open(probe.Platform, _domain.Id, new GuestDeviceModelOptions());
        using var waits = new ManualResetEventSlim();
        var device = new DeferringDevice
        {
            Answer = IoResult.Ok,
            WhileAsked = _ =>
            {
                waits.Wait(TestContext.Current.CancellationToken);
                probe.EventChannels.Dispose();
            },
        };
        first.AddMmio(Address, device);
        first.Start();
        var read = Begin(0, VcpuAccess.Read(Address, 4));
        waits.Set();
        device.WaitUntilAsked();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first.Completion);
        Kill(first);

        using var second = Adopt(first, new ScratchDevice(0x1000) { Bytes = { [0] = 9 } });
        Assert.Equal(0UL, End(read));
        Assert.Equal(0, second.Statistics.Requests);
    }

    [Fact]
    public void Server_that_was_never_enabled_can_be_adopted()
    {
        using var first = Open();
        first.AddMmio(Address, new ScratchDevice(16));
        Kill(first);
        using var second = Adopt(first, new ScratchDevice(16));
        _domain.Vcpus[0].Write(Address, 4, 7);
        Assert.Equal(7UL, _domain.Vcpus[0].Read(Address, 4));
    }

    [Fact]
    public void Buffered_requests_that_were_left_are_carried_out()
    {
        var options = new GuestDeviceModelOptions { Buffered = BufferedIoreqMode.Atomic };
        using var first = Open(options);
        first.Start();
        first.AddPorts(0x100, new ScratchDevice(16));
        Kill(first);
        _domain.Vcpus[0].Perform(VcpuAccess.SetClock(-5));
        using var second = Adopt(first, new ScratchDevice(16));

        // One that is waited for comes behind it.
        _domain.Vcpus[0].Read(Address, 4);
        Assert.Equal(1, second.Statistics.Buffered);
    }

    [Fact]
    public void Server_whose_process_is_alive_is_not_taken_from_it()
    {
        using var first = Open();
        first.AddMmio(Address, new ScratchDevice(16));
        first.Start();
        using (var second = Open(new GuestDeviceModelOptions { AdoptServer = first.ServerId }))
            Assert.Equal(XenAbi.XEN_EINVAL, Assert.Throws<HypercallException>(second.Start).Errno);
        _domain.Vcpus[0].Write(Address, 4, 7);
        Assert.Equal(7UL, _domain.Vcpus[0].Read(Address, 4));
    }

    [Fact]
    public void Server_that_is_gone_is_replaced()
    {
        using var model = Open(new GuestDeviceModelOptions { AdoptServer = new IoreqServerId(5) });
        Assert.False(model.IsAdopted);
        Assert.Equal(1, _domain.ServerCount);
    }

    [Fact]
    public void Server_left_behind_and_not_adopted_keeps_a_second_io_apic_away()
    {
        using var first = Open();
        first.Start();
        Kill(first);
        var error = Assert.Throws<XenException>(() => Open());
        Assert.Contains("IOREQ server 0", error.Message, StringComparison.Ordinal);
        using var other = Open(new GuestDeviceModelOptions { IoApic = false });
        Assert.Equal(2, _domain.ServerCount);
    }

    [Fact]
    public void Window_that_overlaps_one_of_the_process_before_is_claimed_as_a_whole()
    {
        using var first = Open();
        first.AddMmio(Address + 0x1000, new ScratchDevice(0x2000));
        first.AddPorts(0x504, new ScratchDevice(4));
        first.Start();
        Kill(first);
        using var second = Adopt(first, new ScratchDevice(0x4000));
        second.AddPorts(0x500, new ScratchDevice(8));
        for (ulong page = 0; page < 4; page++)
            _domain.Vcpus[0].Write(Address + (page << 12), 4, page + 1);
        for (ulong page = 0; page < 4; page++)
            Assert.Equal(page + 1, _domain.Vcpus[0].Read(Address + (page << 12), 4));
        _domain.Vcpus[0].WritePort(0x500, 4, 5);
        Assert.Equal(5UL, _domain.Vcpus[0].ReadPort(0x500, 4));
        second.RemoveMmio(Address);
        Assert.Equal(0xffffffffUL, _domain.Vcpus[0].Read(Address + 0x1000, 4) & 0xffffffff);
    }

    [Fact]
    public void Devices_that_are_taken_out_after_the_detachment_leave_their_ranges_to_the_next_process()
    {
        var place = new PciAddress(0, 0, 0x10, 0);
        using var first = Open();
        first.AddMmio(Address, new ScratchDevice(16));
        first.AddPci(place, new ScratchPciDevice());
        first.Start();
        first.Detach();
        first.RemoveMmio(Address);
        first.RemovePci(place);
        var read = Begin(0, VcpuAccess.Read(Address, 4));
        using var second = Adopt(first, new ScratchDevice(16) { Bytes = { [0] = 9 } });
        Assert.Equal(9UL, End(read));
        second.AddPci(place, new ScratchPciDevice());
        Assert.Equal(0x10411af4UL, _domain.Vcpus[0].ReadPci(new PciSbdf(0, 0, 0x10, 0), 0, 4));
    }

    [Fact]
    public void Adopted_server_ends_with_its_new_process()
    {
        using var first = Open();
        first.Start();
        Kill(first);
        var second = Adopt(first, new ScratchDevice(16));
        second.Dispose();
        Assert.Equal(0, _domain.ServerCount);
        Assert.Equal(0, _xen.Linux.CountMappings(_domain.Id));
        Assert.Equal(0, _xen.Linux.BoundPortCount);
    }

    // As far as Xen can tell: files are closed, and nobody says goodbye.
    private static void Kill(GuestDeviceModel model) => model.Detach();

    private GuestDeviceModel Adopt(GuestDeviceModel left, IMmioDevice device)
    {
        var model = Open(new GuestDeviceModelOptions { AdoptServer = left.ServerId });
        model.AddMmio(Address, device);
        model.Start();
        return model;
    }

    private GuestDeviceModel Open(GuestDeviceModelOptions? options = null) =>
        GuestDeviceModel.Open(_xen.Linux.ToPlatform(), _domain.Id, options ?? new GuestDeviceModelOptions());

    // The vCPU has made its request when this returns, and waits for the answer.
    private GuestScript Begin(int vcpu, VcpuAccess access)
    {
        var script = new GuestScript(_domain.Vcpus[vcpu], access);
        Assert.False(script.RunUntilBlocked());
        return script;
    }

    private static ulong End(GuestScript script)
    {
        Assert.True(SpinWait.SpinUntil(script.RunUntilBlocked, TimeSpan.FromSeconds(30)));
        return script.Results[0];
    }
}
