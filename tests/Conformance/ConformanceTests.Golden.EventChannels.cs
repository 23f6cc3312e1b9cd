using System;
using Conformance.Golden;
using Xen.Privcmd.Kernel;
using Xen.Sys;

namespace Conformance;

/// <content>The golden table's lines about the event channel driver.</content>
public abstract partial class ConformanceTests
{
    private static readonly int LongMilliseconds = (int)Long.TotalMilliseconds;

    [Fact]
    [Golden(
        "evtchn/bind-interdomain", "evtchn/bind-the-same-again", "evtchn/bind-a-port-that-is-not-there",
        "evtchn/bind-to-no-such-domain", "evtchn/bind-unbound")]
    public void Port_is_bound_once_and_only_where_there_is_one()
    {
        using var evtchn = OpenEventChannels();
        var remote = FreePortOf(Hvm).Value;
        Golden("evtchn/bind-interdomain", Bind(evtchn, Hvm, remote));
        Golden("evtchn/bind-the-same-again", Bind(evtchn, Hvm, remote));
        Golden("evtchn/bind-a-port-that-is-not-there", Bind(evtchn, Hvm, 900));
        Golden("evtchn/bind-to-no-such-domain", Bind(evtchn, new DomainId(999), 900));
        var unbound = new ioctl_evtchn_bind_unbound_port { remote_domain = Hvm.Value };
        Golden("evtchn/bind-unbound", evtchn.Ioctl(XenAbi.IOCTL_EVTCHN_BIND_UNBOUND_PORT, ref unbound));
    }

    [Fact]
    [Golden(
        "evtchn/notify", "evtchn/notify-what-is-not-bound", "evtchn/read-4-bytes", "evtchn/read-3-bytes",
        "evtchn/read-when-nothing-is-pending", "evtchn/write-of-a-port-that-is-not-bound", "evtchn/reset")]
    public void Pending_ports_are_read_once_as_whole_numbers()
    {
        using var evtchn = OpenEventChannels();
        var local = (uint)Bind(evtchn, Hvm, FreePortOf(Hvm).Value).OrThrow("bind", Hvm);
        Golden("evtchn/notify", Notify(local));
        Golden("evtchn/notify-what-is-not-bound", Notify(local + 500));
        Assert.True(evtchn.CanRead(LongMilliseconds));
        Span<byte> ports = stackalloc byte[16];
        Golden("evtchn/read-4-bytes", evtchn.Read(ports[..4]));
        Assert.Equal(local, BitConverter.ToUInt32(ports));
        Golden("evtchn/read-3-bytes", evtchn.Read(ports[..3]));
        Golden("evtchn/read-when-nothing-is-pending", evtchn.Read(ports));
        Golden("evtchn/write-of-a-port-that-is-not-bound", evtchn.Write(BitConverter.GetBytes(local + 500)));
        Golden("evtchn/reset", evtchn.Ioctl(XenAbi.IOCTL_EVTCHN_RESET));

        HypercallResult Notify(uint port)
        {
            var notify = new ioctl_evtchn_notify { port = port };
            return evtchn.Ioctl(XenAbi.IOCTL_EVTCHN_NOTIFY, ref notify);
        }
    }

    private static HypercallResult Bind(RawDevice evtchn, DomainId domain, uint port)
    {
        var bind = new ioctl_evtchn_bind_interdomain { remote_domain = domain.Value, remote_port = port };
        return evtchn.Ioctl(XenAbi.IOCTL_EVTCHN_BIND_INTERDOMAIN, ref bind);
    }

    // It is pending once when it is bound, a moment later.
    private static void TakePortThatWasBound(RawDevice evtchn)
    {
        Assert.True(evtchn.CanRead(LongMilliseconds));
        Assert.Equal(sizeof(uint), evtchn.Read(new byte[2 * sizeof(uint)]).Value);
    }

    private RawDevice OpenEventChannels() => new(_xen.Kernel, RawDevice.EventChannel, Libc.O_NONBLOCK);

    private EventChannelPort FreePortOf(DomainId domain)
    {
        EventChannelOp.AllocUnbound(_xen.Transport, domain, DomainId.Self, out var port)
            .OrThrow("alloc_unbound", domain);
        return port;
    }
}
