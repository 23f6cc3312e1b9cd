using System;
using Xen.Machine;
using Xen.Sys;
using Xen.Testing.Hypervisor;

namespace Xen.DeviceModel.Tests;

/// <summary>A simulated domain with an IOREQ server that has one device.</summary>
internal sealed class ServedDomain : IDisposable
{
    internal const ulong DeviceAddress = 0xd0000000;

    internal ServedDomain(int vcpus = 1, IMmioDevice? device = null)
    {
        Domain = Xen.CreateDomain(7, vcpus);
        Memory = new ForeignGuestMemory(Xen.ForeignMemory, Domain.Id);
        Server = IoreqServer.Create(Xen, Xen.ForeignMemory, Xen.EventChannels, Domain.Id, Memory);
        Server.MapMmio(DeviceAddress, device ?? Scratch);
        Server.Start();
    }

    internal SimulatedXen Xen { get; } = new();

    internal SimulatedDomain Domain { get; }

    internal ForeignGuestMemory Memory { get; }

    internal IoreqServer Server { get; }

    internal ScratchDevice Scratch { get; } = new(0x1000);

    internal SimulatedVcpu Vcpu => Domain.Vcpus[0];

    internal static ioreq Request(uint type, bool isRead, ulong address = DeviceAddress, uint size = 4) => new()
    {
        addr = address,
        size = size,
        count = 1,
        dir = (byte)(isRead ? XenAbi.IOREQ_READ : XenAbi.IOREQ_WRITE),
        type = (byte)type,
    };

    public void Dispose()
    {
        Server.Dispose();
        Memory.Dispose();
    }
}
