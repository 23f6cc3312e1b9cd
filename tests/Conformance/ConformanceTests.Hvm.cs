using System.Runtime.InteropServices;
using Xen.Sys;

namespace Conformance;

/// <content>
/// hvm_op, and the device model operations about memory and events. N.B. the operations on interrupt lines are not tried:
/// on a PVH guest, set_isa_irq_level makes Xen 4.17 crash at a later operation.
/// </content>
public abstract partial class ConformanceTests
{
    [Fact]
    public void Hvm_parameter_is_kept()
    {
        const uint Parameter = XenAbi.HVM_PARAM_STORE_PFN;
        Assert.True(HvmOp.SetParameter(_xen.Transport, Guest, Parameter, 0x1234).IsSuccess);
        Assert.True(HvmOp.GetParameter(_xen.Transport, Guest, Parameter, out var value).IsSuccess);
        Assert.Equal(0x1234UL, value);
        Assert.Equal(XenAbi.XEN_EINVAL, HvmOp.SetParameter(_xen.Transport, Guest, 999, 1).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, HvmOp.GetParameter(_xen.Transport, Guest, 999, out _).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, HvmOp.SetParameter(_xen.Transport, NoSuchDomain, Parameter, 1).Errno);
        Assert.Equal(XenAbi.XEN_ESRCH, HvmOp.GetParameter(_xen.Transport, NoSuchDomain, Parameter, out _).Errno);

        // dom0 is a PV domain.
        Assert.Equal(XenAbi.XEN_EINVAL, HvmOp.GetParameter(_xen.Transport, new DomainId(0), Parameter, out _).Errno);
        Assert.Equal(XenAbi.XEN_EINVAL, HvmOp.FlushTlbs(_xen.Transport).Errno);
    }

    [Fact]
    public void Memory_type_is_changed_as_far_as_it_may_be()
    {
        Assert.Equal(GuestMemoryType.Ram, TypeOf(RamFrame));
        Assert.Equal(GuestMemoryType.DeviceModel, TypeOf(NoFrame));
        Assert.Equal(0, Set(RamFrame, 1, GuestMemoryType.ReadOnlyRam));
        Assert.Equal(GuestMemoryType.ReadOnlyRam, TypeOf(RamFrame));
        Assert.Equal(0, Set(RamFrame, 1, GuestMemoryType.Ram));
        Assert.Equal(XenAbi.XEN_EINVAL, Set(RamFrame, 0, GuestMemoryType.Ram));
        Assert.Equal(XenAbi.XEN_EINVAL, Set(NoFrame, 1, GuestMemoryType.Ram));
        Assert.Equal(XenAbi.XEN_EINVAL, Set(0xfffffffff, 1, GuestMemoryType.Ram));
        Assert.Equal(XenAbi.XEN_EINVAL, Set(RamFrame, 1, (GuestMemoryType)XenAbi.HVMMEM_unused));
        Assert.Equal(XenAbi.XEN_EINVAL, Set(RamFrame, 1, (GuestMemoryType)9));
        Assert.Equal(XenAbi.XEN_EINVAL, Set(RamFrame, 1, GuestMemoryType.IoreqServer));
        Assert.Equal(
            XenAbi.XEN_ESRCH,
            HvmOp.GetMemoryType(_xen.Transport, NoSuchDomain, new GuestFrameNumber(RamFrame), out _).Errno);
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            HvmOp.GetMemoryType(_xen.Transport, new DomainId(0), new GuestFrameNumber(RamFrame), out _).Errno);
    }

    [Fact]
    public void Memory_type_is_claimed_by_one_server()
    {
        var id = NewServer();
        var other = NewServer();
        Assert.Equal(XenAbi.XEN_EINVAL, Claim(id, GuestMemoryType.IoreqServer, MemoryTypeAccess.Read));
        Assert.Equal(XenAbi.XEN_EINVAL, Claim(id, GuestMemoryType.Ram, MemoryTypeAccess.Write));
        Assert.Equal(
            XenAbi.XEN_ENOENT, Claim(new IoreqServerId(20), GuestMemoryType.IoreqServer, MemoryTypeAccess.Write));
        Assert.Equal(0, Claim(id, GuestMemoryType.IoreqServer, MemoryTypeAccess.Write));
        Assert.Equal(XenAbi.XEN_EBUSY, Claim(other, GuestMemoryType.IoreqServer, MemoryTypeAccess.Write));
        Assert.Equal(0, Set(RamFrame, 1, GuestMemoryType.IoreqServer));
        Assert.Equal(0, Claim(id, GuestMemoryType.IoreqServer, MemoryTypeAccess.None));
        Assert.Equal(XenAbi.XEN_EINVAL, Claim(id, GuestMemoryType.IoreqServer, MemoryTypeAccess.None));
        Assert.Equal(GuestMemoryType.Ram, TypeOf(RamFrame));

        int Claim(IoreqServerId server, GuestMemoryType type, MemoryTypeAccess access) =>
            DmOp.MapMemoryType(_xen.Transport, Guest, server, type, access).Errno;
    }

    [Fact]
    public void Caching_is_fixed_range_by_range()
    {
        Assert.Equal(0, Pin(0x400, 0x40f, MemoryCaching.WriteCombining));
        Assert.Equal(XenAbi.XEN_EBUSY, Pin(0x408, 0x41f, MemoryCaching.WriteBack));
        Assert.Equal(0, Pin(0x400, 0x40f, MemoryCaching.WriteBack));
        Assert.Equal(XenAbi.XEN_EINVAL, Pin(0x500, 0x50f, (MemoryCaching)3));
        Assert.Equal(XenAbi.XEN_EINVAL, Pin(0x50f, 0x500, MemoryCaching.WriteBack));
        Assert.Equal(0, Pin(0x400, 0x40f, MemoryCaching.Delete));
        Assert.Equal(XenAbi.XEN_ENOENT, Pin(0x400, 0x40f, MemoryCaching.Delete));

        int Pin(ulong first, ulong last, MemoryCaching caching) => DmOp.PinMemoryCaching(
            _xen.Transport, Guest, new GuestFrameNumber(first), new GuestFrameNumber(last), caching).Errno;
    }

    [Fact]
    public void Vcpu_takes_one_event_at_a_time()
    {
        Assert.Equal(XenAbi.XEN_EINVAL, Inject(9));
        Assert.Equal(0, Inject(0));
        Assert.Equal(XenAbi.XEN_EBUSY, Inject(0));
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
            Assert.Equal(XenAbi.XEN_EOPNOTSUPP, DmOp.SetIrqLevel(_xen.Transport, Guest, 33, asserted: true).Errno);

        int Inject(uint vcpu) => DmOp.InjectEvent(
            _xen.Transport, Guest, new VcpuId(vcpu), InjectedEventType.ExternalInterrupt, 0x40).Errno;
    }

    [Fact]
    public void Server_has_a_port_for_buffered_requests_if_it_was_made_for_them()
    {
        Assert.Equal(
            XenAbi.XEN_EINVAL,
            DmOp.CreateIoreqServer(_xen.Transport, Guest, (BufferedIoreqMode)3, out _).Errno);
        Assert.True(DmOp.CreateIoreqServer(_xen.Transport, Guest, BufferedIoreqMode.Atomic, out var id).IsSuccess);
        Assert.True(DmOp.GetIoreqServerPort(_xen.Transport, Guest, id, out var port).IsSuccess);
        Assert.NotEqual(0u, port.Value);
        Assert.True(DmOp.GetIoreqServerPort(_xen.Transport, Guest, NewServer(), out port).IsSuccess);
        Assert.Equal(0u, port.Value);
        Assert.Equal(
            XenAbi.XEN_ENOENT,
            DmOp.GetIoreqServerPort(_xen.Transport, Guest, new IoreqServerId(20), out _).Errno);
    }

    [Fact]
    public void Frames_of_a_server_in_the_guest_are_those_that_its_toolstack_set_aside()
    {
        // xl of 4.17 sets none aside for a PVH guest.
        var guest = Remember(_xen.CreateGuestByToolstack());
        DmOp.CreateIoreqServer(_xen.Transport, guest, BufferedIoreqMode.Atomic, out var id).OrThrow("create", guest);
        DmOp.GetIoreqServerPort(_xen.Transport, guest, id, out var port).OrThrow("port", guest);
        var result = DmOp.GetIoreqServerInfo(_xen.Transport, guest, id, out var info);
        Assert.Equal(Since(Xen420, 0, before: XenAbi.XEN_ENOMEM), result.Errno);
        if (!result.IsSuccess)
            return;
        Assert.Equal(port, info.BufferedPort);
        Assert.NotEqual(info.IoreqFrame, info.BufferedFrame);
        Assert.All([info.IoreqFrame, info.BufferedFrame], frame => Assert.InRange(frame.Value, 0xfe000ul, 0xffffful));
    }

    [Fact]
    public void Domain_is_stopped_for_the_reason_given()
    {
        Assert.True(DmOp.RemoteShutdown(_xen.Transport, Guest, ShutdownReason.Suspend).IsSuccess);
        DomctlInterface.Probe(_xen.Transport, out var domctl).OrThrow("probe");
        Assert.True(Domctl.GetDomainInfo(_xen.Transport, domctl, Guest, out var info).IsSuccess);
        Assert.True(info.IsShutDown);
        Assert.Equal((uint)ShutdownReason.Suspend, info.ShutdownReason);
        Assert.Equal(
            XenAbi.XEN_ESRCH, DmOp.RemoteShutdown(_xen.Transport, NoSuchDomain, ShutdownReason.Crash).Errno);
    }

    private GuestMemoryType TypeOf(ulong frame)
    {
        HvmOp.GetMemoryType(_xen.Transport, Guest, new GuestFrameNumber(frame), out var type).OrThrow("get_mem_type");
        return type;
    }

    private int Set(ulong first, uint count, GuestMemoryType type) =>
        DmOp.SetMemoryType(_xen.Transport, Guest, new GuestFrameNumber(first), count, type).Errno;
}
