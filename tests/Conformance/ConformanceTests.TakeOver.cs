using System;
using System.Runtime.InteropServices;
using System.Threading;
using Conformance.Life;
using Xen.DeviceModel;
using Xen.Machine;
using Xen.Privcmd;
using Xen.Sys;

namespace Conformance;

/// <content>A guest's device model as a whole: restricted to its guest, killed and taken over, with all kinds of devices.</content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Server_is_taken_over_again_and_again_in_the_middle_of_a_program()
    {
        var traces = Traces.Take(_xen);
        var program = new GuestProgram(seed: 6);
        var domain = NewFurnishedDomain(vcpus: 1);
        Load(domain);
        var device = new ExpectantDevice(program);
        var model = Serve(domain, adopted: null, device);
        var id = model.ServerId;
        try
        {
            _xen.Start(domain, program);
            for (var round = 1; round <= 6; round++)
            {
                Assert.True(SpinWait.SpinUntil(() => device.Count >= round * 200, Long), "the guest makes no accesses");

                // Xen cannot tell a process that is killed from one that closes its files without a word.
                model.Detach();
                model.Dispose();
                model = Serve(domain, id, device);
                Assert.Equal((true, id), (model.IsAdopted, model.ServerId));
            }

            WaitForTheEnd(domain, device);
            Assert.Null(device.Surprise);
            Assert.Equal(program.Accesses.Count, device.Count);
        }
        finally
        {
            model.Dispose();
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
        }

        WaitUntilGone(domain);
        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public void Request_that_was_taken_and_not_answered_is_there_for_the_next_server()
    {
        var program = new GuestProgram(seed: 7);
        var domain = NewFurnishedDomain(vcpus: 1);
        Load(domain);
        var device = new ExpectantDevice(program);
        var hesitant = new HesitantDevice(device, number: 301);
        var model = Serve(domain, adopted: null, hesitant);
        try
        {
            _xen.Start(domain, program);
            Assert.True(SpinWait.SpinUntil(() => hesitant.Hesitates, Long), "the guest makes no accesses");
            model.Detach();
            model.Dispose();
            model = Serve(domain, model.ServerId, hesitant);
            WaitForTheEnd(domain, device);
            Assert.Null(device.Surprise);
            Assert.Equal(program.Accesses.Count, device.Count);
        }
        finally
        {
            model.Dispose();
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
        }
    }

    [Fact]
    public void Server_that_was_not_enabled_yet_is_taken_over_and_one_that_is_served_is_not()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        using var first = GuestDeviceModel.Open(Platform, domain, new GuestDeviceModelOptions());
        first.Detach();
        using var second = Serve(domain, first.ServerId, new TalkativePorts());
        Assert.True(second.IsAdopted);
        using (var third = GuestDeviceModel.Open(
            Platform, domain, new GuestDeviceModelOptions { AdoptServer = first.ServerId }))
            Assert.Equal(XenAbi.XEN_EINVAL, Assert.Throws<HypercallException>(third.Start).Errno);
        Assert.True(DmOp.ProbeIoreqServer(_xen.Transport, domain, first.ServerId).IsSuccess);
        Assert.False(second.Completion.IsCompleted);
    }

    [Fact]
    public void Server_with_a_ring_is_taken_over_with_it()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 2));
        var options = new GuestDeviceModelOptions { Buffered = BufferedIoreqMode.Atomic };
        var first = GuestDeviceModel.Open(Platform, domain, options);
        first.Start();
        first.Detach();
        first.Dispose();
        using var second = GuestDeviceModel.Open(Platform, domain, options with { AdoptServer = first.ServerId });
        second.Start();
        Assert.True(second.IsAdopted);
        Assert.False(second.Completion.IsCompleted);
    }

    [Fact]
    public void Guest_reaches_ports_and_pci_functions_of_a_device_model_that_is_restricted_to_it()
    {
        var traces = Traces.Take(_xen);
        var domain = NewFurnishedDomain(vcpus: 1);
        GuestCode.Load(_xen.Transport, _xen.ForeignMemory, domain, GuestProgram.CodeAddress, PortProgram.Code);
        var ports = new TalkativePorts();
        try
        {
            using var model = GuestDeviceModel.Open(Platform, domain, new GuestDeviceModelOptions());
            model.AddPorts(PortProgram.Port, ports);
            model.AddPci(PciAddress.Parse("00:10.0"), new PlainFunction());
            model.Start();
            _xen.Start(domain, PortProgram.Play);
            Assert.True(
                SpinWait.SpinUntil(() => ports.Told.TryPeek(out _) && ports.Told.Count >= PortProgram.Written.Count, Long),
                $"the guest said {ports.Told.Count} words");
            Assert.Equal(PortProgram.Written, ports.Told);

            // What the guest read by a string instruction is in its memory, which is mapped only now.
            var read = new uint[1];
            using (var view = model.Memory.Enter())
                Assert.True(view.TryRead(PortProgram.BufferAddress, MemoryMarshal.AsBytes(read.AsSpan())));
            Assert.Equal(PortProgram.FirstAnswer + 3, read[0]);
        }
        finally
        {
            Assert.True(Domctl.DestroyDomain(_xen.Transport, Versions.Domctl, domain).IsSuccess);
        }

        WaitUntilGone(domain);
        Assert.Equal(traces, Traces.Take(_xen));
    }

    [Fact]
    public void Restricted_device_model_has_given_up_all_other_domains()
    {
        var domain = Remember(NewFurnishedDomain(vcpus: 1));
        var other = Remember(NewFurnishedDomain(vcpus: 1));
        PrivcmdTransport? transport = null;
        PrivcmdForeignMemory? memory = null;
        LinuxEventChannels? channels = null;
        using var model = GuestDeviceModel.Open(
            Platform with
            {
                OpenTransport = () => transport = PrivcmdTransport.Open(_xen.Kernel),
                OpenForeignMemory = () => memory = PrivcmdForeignMemory.Open(_xen.Kernel),
                OpenEventChannels = () => channels = LinuxEventChannels.Open(_xen.Kernel),
            },
            domain,
            new GuestDeviceModelOptions());
        Assert.True(DmOp.GetVcpuCount(_xen.Transport, other, out _).IsSuccess);
        Assert.Equal(XenAbi.XEN_EPERM, DmOp.GetVcpuCount(transport!, other, out _).Errno);
        model.Start();
        Assert.Equal(XenAbi.XEN_EPERM, XenVersionOp.GetVersion(transport!, out _).Errno);
        Assert.Throws<HypercallException>(() => memory!.Map(
            other, [new GuestFrameNumber(0)], ForeignAccess.ReadOnly, new int[1]));
        Assert.Throws<HypercallException>(() => channels!.BindUnbound(other));

        model.AddMmio(GuestProgram.DeviceAddress, new ExpectantDevice(new GuestProgram(seed: 8)));
        model.AddPorts(PortProgram.Port, new TalkativePorts());
        model.RemovePorts(PortProgram.Port);
        model.AddPci(PciAddress.Parse("0000:00:1f.7"), new PlainFunction());
        using var view = model.Memory.Enter();
        Assert.True(view.TryWrite(GuestProgram.BufferAddress, new byte[16]));
    }

    [Fact]
    public void Buffer_by_grant_is_mapped_while_a_view_has_it()
    {
        var self = default(DomainId);
        var shared = _xen.Shares.Share(self, 1, ForeignAccess.ReadWrite);
        using (var view = shared.OpenView())
            view.GetSpan(8, 8).Fill(0x77);
        var traces = Traces.Take(_xen);
        var address = GrantGuestMemory.GrantBit | ((ulong)shared.References.Span[0].Value << XenPage.Shift);
        using var memory = new GrantGuestMemory(_xen.Grants, self);
        using (var view = memory.Enter())
        {
            var read = new byte[8];
            Assert.True(view.TryRead(address + 8, read));
            Assert.Equal(0x77, read[7]);
            Assert.True(view.TryWrite(address + 16, read));
            Assert.Equal(traces.Mappings + 2, _xen.CountMappings());
            view.EndBuffers();
            Assert.Equal(traces, Traces.Take(_xen));
            Assert.False(view.TryRead(GrantGuestMemory.GrantBit | 0xfffff000, read));
        }

        using (var view = shared.OpenView())
            Assert.Equal(0x77, view.GetSpan(23, 1)[0]);
        shared.Dispose();
    }

    private GuestDeviceModelPlatform Platform => new()
    {
        OpenTransport = () => PrivcmdTransport.Open(_xen.Kernel),
        OpenForeignMemory = () => PrivcmdForeignMemory.Open(_xen.Kernel),
        OpenEventChannels = () => LinuxEventChannels.Open(_xen.Kernel),
    };

    private GuestDeviceModel Serve(DomainId domain, IoreqServerId? adopted, IMmioDevice device)
    {
        var model = GuestDeviceModel.Open(Platform, domain, new GuestDeviceModelOptions { AdoptServer = adopted });
        model.AddMmio(GuestProgram.DeviceAddress, device);
        model.Start();
        return model;
    }
}
