namespace Xen.Sys;

/// <summary>What a port is connected to. C origin: <c>struct evtchn_status</c>, public/event_channel.h.</summary>
/// <param name="State">What kind of port it is; says which of the others mean something.</param>
/// <param name="Vcpu">The vCPU that it notifies.</param>
/// <param name="Remote">The domain that it waits for, or is connected to.</param>
/// <param name="RemotePort">The port of that domain that it is connected to.</param>
/// <param name="Interrupt">The physical or virtual interrupt that it stands for.</param>
public readonly record struct EventChannelStatus(
    EventChannelState State,
    VcpuId Vcpu,
    DomainId Remote = default,
    EventChannelPort RemotePort = default,
    uint Interrupt = 0);
