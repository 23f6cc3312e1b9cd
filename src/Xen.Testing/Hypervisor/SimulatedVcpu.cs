using System;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <summary>A vCPU of a simulated domain: it makes requests, and holds the device model to the protocol.</summary>
/// <remarks>
/// Where the real Xen would crash the guest, or leave the vCPU waiting for ever, these methods throw
/// <see cref="IoreqProtocolException"/>.
/// </remarks>
// SAFETY: a slot is the server's until it is gone, which it gets under the domain's gate only.
public sealed unsafe class SimulatedVcpu : IDisposable
{
    private readonly SimulatedDomain _domain;
    private readonly SemaphoreSlim _notified = new(0);
    private SimulatedIoreqServer? _waitingFor;
    private int _hasEvent;

    internal SimulatedVcpu(SimulatedDomain domain, int number)
    {
        _domain = domain;
        Number = number;
    }

    /// <summary>Its number within the domain.</summary>
    public int Number { get; }

    /// <summary>How long a response may take before the vCPU counts as stuck.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reads from a guest physical address that is not memory.</summary>
    /// <param name="address">The address.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8.</param>
    /// <returns>What the device model answered; all ones if no server claims the address.</returns>
    public ulong Read(ulong address, uint size) => Mmio(new ioreq
    {
        addr = address,
        size = size,
        count = 1,
        dir = (byte)XenAbi.IOREQ_READ,
        type = (byte)XenAbi.IOREQ_TYPE_COPY,
    }) & (ulong.MaxValue >> (int)(64 - (size * 8)));

    /// <summary>Writes to a guest physical address that is not memory.</summary>
    /// <param name="address">The address.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8.</param>
    /// <param name="value">The value.</param>
    public void Write(ulong address, uint size, ulong value) => Mmio(new ioreq
    {
        addr = address,
        data = value,
        size = size,
        count = 1,
        dir = (byte)XenAbi.IOREQ_WRITE,
        type = (byte)XenAbi.IOREQ_TYPE_COPY,
    });

    /// <summary>Makes a request of any shape to the server that claims an address, or to the newest one.</summary>
    /// <param name="request">The request; state and port are filled in here.</param>
    /// <returns>The data of the response; all ones if there is no server.</returns>
    public ulong Request(ioreq request)
    {
        SimulatedIoreqServer? server;
        lock (_domain.Gate)
            server = _domain.ServerFor(IoSpace.Memory, request.addr, request.addr) ?? _domain.NewestServer();
        return server is null ? ulong.MaxValue : Send(server, request);
    }

    internal void Abandon(SimulatedIoreqServer server)
    {
        server.Slot(Number)->state = (byte)XenAbi.STATE_IOREQ_NONE;
        if (Volatile.Read(ref _waitingFor) == server)
            _notified.Release();
    }

    /// <summary>Frees what the vCPU waits with. It makes no requests afterwards.</summary>
    public void Dispose() => _notified.Dispose();

    /// <summary>Gives it an event to take when it next runs, which a simulated one never does.</summary>
    internal bool TryInject() => Interlocked.Exchange(ref _hasEvent, 1) == 0;

    internal void Notified() => _notified.Release();

    private ulong Mmio(ioreq request)
    {
        SimulatedIoreqServer? server;
        lock (_domain.Gate)
            server = _domain.ServerFor(IoSpace.Memory, request.addr, request.addr + request.size - 1);
        return server is null ? ulong.MaxValue : Send(server, request);
    }

    private ulong Send(SimulatedIoreqServer server, ioreq request)
    {
        lock (_domain.Gate)
        {
            if (server.IsGone)
                return ulong.MaxValue;
            var slot = server.Slot(Number);
            if (slot->state != XenAbi.STATE_IOREQ_NONE)
                throw new IoreqProtocolException($"the slot of vCPU {Number} is in state {slot->state} before a request");

            Volatile.Write(ref _waitingFor, server);
            request.vp_eport = server.Port(Number).Value;
            request.state = (byte)XenAbi.STATE_IOREQ_NONE;
            *slot = request;
            Thread.MemoryBarrier();
            slot->state = (byte)XenAbi.STATE_IOREQ_READY;
        }

        _domain.Signal(server.Port(Number));
        while (true)
        {
            var isInTime = _notified.Wait(Patience);
            lock (_domain.Gate)
            {
                if (TryTakeResponse(server, isInTime, out var response))
                {
                    Volatile.Write(ref _waitingFor, null);
                    return response;
                }
            }
        }
    }

    private bool TryTakeResponse(SimulatedIoreqServer server, bool isInTime, out ulong response)
    {
        response = ulong.MaxValue;
        if (server.IsGone)
            return true;

        var slot = server.Slot(Number);
        var seen = *slot;
        if (!isInTime)
            throw new IoreqProtocolException($"vCPU {Number} got no response; its slot is in state {seen.state}");
        if (seen.state == XenAbi.STATE_IOREQ_NONE)
            return true;
        if (seen.vp_eport != server.Port(Number).Value)
            throw new IoreqProtocolException($"the device model changed the port of vCPU {Number}");

        // A notification may come late, from the request before; the state tells.
        if (seen.state != XenAbi.STATE_IORESP_READY)
            return false;

        slot->state = (byte)XenAbi.STATE_IOREQ_NONE;
        response = seen.data;
        return true;
    }
}
