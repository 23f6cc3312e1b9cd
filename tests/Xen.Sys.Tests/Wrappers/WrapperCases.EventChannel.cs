namespace Xen.Sys.Tests.Wrappers;

/// <content>event_channel_op, 32.</content>
internal static partial class WrapperCases
{
    private static WrapperCase[] EventChannelCases =>
    [
        new("EventChannelOp.BindInterdomain", static xen =>
        {
            var result = EventChannelOp.BindInterdomain(xen, Dom5, new EventChannelPort(9), out var port);
            xen.Out(port.Value);
            return result;
        })
        { Registers = [32, 0, P], Sent = "0500 0000 09000000 00000000", Reply = ["8:0b"], Out = [11] },
        new("EventChannelOp.BindVirq", static xen =>
        {
            var result = EventChannelOp.BindVirq(xen, 3, new VcpuId(2), out var port);
            xen.Out(port.Value);
            return result;
        })
        { Registers = [32, 1, P], Sent = "03000000 02000000 00000000", Reply = ["8:0b"], Out = [11] },
        new("EventChannelOp.BindPirq", static xen =>
        {
            var result = EventChannelOp.BindPirq(xen, 17, true, out var port);
            xen.Out(port.Value);
            return result;
        })
        { Registers = [32, 2, P], Sent = "11000000 01000000 00000000", Reply = ["8:0b"], Out = [11] },
        new("EventChannelOp.Close", static xen => EventChannelOp.Close(xen, new EventChannelPort(9)))
        { Registers = [32, 3, P], Sent = "09000000" },
        new("EventChannelOp.Send", static xen => EventChannelOp.Send(xen, new EventChannelPort(9)))
        { Registers = [32, 4, P], Sent = "09000000" },
        StatusCase("interdomain", "8:02000000 01000000 0300 0000 15000000", [2, 1, 3, 21, 0]),
        StatusCase("unbound", "8:01000000 01000000 0300", [1, 1, 3, 0, 0]),
        StatusCase("virtual interrupt", "8:04000000 01000000 03000000", [4, 1, 0, 0, 3]),
        StatusCase("physical interrupt", "8:03000000 01000000 11000000", [3, 1, 0, 0, 17]),
        StatusCase("for interrupts between vCPUs", "8:05000000 01000000 11000000", [5, 1, 0, 0, 0]),
        new("EventChannelOp.AllocUnbound", static xen =>
        {
            var result = EventChannelOp.AllocUnbound(xen, Dom5, new DomainId(6), out var port);
            xen.Out(port.Value);
            return result;
        })
        { Registers = [32, 6, P], Sent = "0500 0600 00000000", Reply = ["4:0b"], Out = [11] },
        new("EventChannelOp.BindIpi", static xen =>
        {
            var result = EventChannelOp.BindIpi(xen, new VcpuId(2), out var port);
            xen.Out(port.Value);
            return result;
        })
        { Registers = [32, 7, P], Sent = "02000000 00000000", Reply = ["4:0b"], Out = [11] },
        new("EventChannelOp.BindVcpu", static xen =>
            EventChannelOp.BindVcpu(xen, new EventChannelPort(9), new VcpuId(2)))
        { Registers = [32, 8, P], Sent = "09000000 02000000" },
        new("EventChannelOp.Unmask", static xen => EventChannelOp.Unmask(xen, new EventChannelPort(9)))
        { Registers = [32, 9, P], Sent = "09000000" },
        new("EventChannelOp.Reset", static xen => EventChannelOp.Reset(xen, DomainId.Self))
        { Registers = [32, 10, P], Sent = "f07f" },
        new("EventChannelOp.InitControl", static xen =>
        {
            var result = EventChannelOp.InitControl(
                xen, new VcpuId(2), new GuestFrameNumber(0x1234), 0x800, out var linkBits);
            xen.Out(linkBits);
            return result;
        })
        {
            Registers = [32, 11, P],
            Sent = "3412 00*6 00080000 02000000 00*8",
            Reply = ["16:11"],
            Out = [17],
        },
        new("EventChannelOp.ExpandArray", static xen =>
            EventChannelOp.ExpandArray(xen, new GuestFrameNumber(0x1234)))
        { Registers = [32, 12, P], Sent = "3412 00*6" },
        new("EventChannelOp.SetPriority", static xen =>
            EventChannelOp.SetPriority(xen, new EventChannelPort(9), 15))
        { Registers = [32, 13, P], Sent = "09000000 0f000000" },
    ];

    private static WrapperCase StatusCase(string variant, string reply, long[] parsed) =>
        new("EventChannelOp.GetStatus", static xen =>
        {
            var result = EventChannelOp.GetStatus(xen, Dom5, new EventChannelPort(9), out var status);
            xen.Out((long)status.State);
            xen.Out(status.Vcpu.Value);
            xen.Out(status.Remote.Value);
            xen.Out(status.RemotePort.Value);
            xen.Out(status.Interrupt);
            return result;
        })
        {
            Variant = variant,
            Registers = [32, 5, P],
            Sent = "0500 0000 09000000 00*16",
            Reply = [reply],
            Out = parsed,
        };
}
