using System;
using System.Collections.Generic;
using System.Threading;
using Xen.DeviceModel;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>How Xen turns an access into requests, and follows each to its answer.</content>
public sealed partial class SimulatedVcpu
{
    private const ushort PciAddress = 0xcf8;
    private const ushort PciData = 0xcfc;
    private const uint PciEnable = 0x8000_0000;
    private const uint LongestString = 4096;

    private ulong _result;

    /// <summary>Begins an access. Each move is one thing that others can see; after the last one, the result is there.</summary>
    internal IEnumerator<VcpuStep> Start(VcpuAccess access)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw new InvalidOperationException($"vCPU {Number} does one thing at a time");
        return Run(access);
    }

    /// <summary>What the access that ended last gave.</summary>
    internal ulong Result => _result;

    private IEnumerator<VcpuStep> Run(VcpuAccess access)
    {
        try
        {
            _result = ulong.MaxValue;
            var result = 0UL;
            var shift = 0;
            foreach (var request in Split(access))
            {
                foreach (var step in Carry(access, request))
                    yield return step;
                if (access.Raw is not null || access.IsIndirect)
                    continue;
                result |= (_result & Mask(request.size)) << shift;
                shift += (int)request.size * 8;
            }

            if (access.Raw is null && !access.IsIndirect)
                _result = result;
        }
        finally
        {
            Volatile.Write(ref _waitingFor, null);
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private static ulong Mask(uint size) => size >= sizeof(ulong) ? ulong.MaxValue : (1UL << (int)(size * 8)) - 1;

    // A single access does not cross a page: its parts are the largest powers of two that fit.
    private static IEnumerable<ioreq> Split(VcpuAccess access)
    {
        var request = access.ToRequest();
        if (access.Raw is not null || access.Kind is not (IoreqKind.Mmio or IoreqKind.PortIo))
        {
            yield return request;
        }
        else if (access.Kind == IoreqKind.Mmio && access.Count == 1 && !access.IsIndirect)
        {
            for (var left = access.Size; left > 0;)
            {
                var room = (uint)(XenPage.Size - (request.addr % XenPage.Size));
                request.size = Math.Min(1u << System.Numerics.BitOperations.Log2(Math.Min(left, room)), sizeof(ulong));
                var whole = request.data;
                request.data &= access.IsWrite ? Mask(request.size) : 0;
                yield return request;
                left -= request.size;
                request.addr += request.size;
                request.data = request.size == sizeof(ulong) ? 0 : whole >> (int)(request.size * 8);
            }
        }
        else
        {
            for (var left = access.Count; left > 0;)
            {
                request.count = Math.Min(left, LongestString);
                yield return request;
                left -= request.count;
                var way = (ulong)request.count * access.Size;
                if (access.Kind == IoreqKind.Mmio)
                    request.addr = access.IsDescending ? request.addr - way : request.addr + way;
                if (access.IsIndirect)
                    request.data = access.IsDescending ? request.data - way : request.data + way;
            }
        }
    }

    private IEnumerable<VcpuStep> Carry(VcpuAccess access, ioreq request)
    {
        if (access.Raw is null && access.Kind is IoreqKind.TimeOffset or IoreqKind.Invalidate)
            return Broadcast(access.IsBuffered, request);

        SimulatedIoreqServer? server;
        var isBuffered = access.IsBuffered;
        lock (_domain.Gate)
        {
            if (access.Raw is not null)
            {
                server = _domain.ServerFor(IoSpace.Memory, request.addr, request.addr) ?? _domain.NewestServer();
            }
            else
            {
                _domain.Latch(request);
                server = _domain.ServerFor(ref request);
                isBuffered |= access.IsWrite && access.Kind == IoreqKind.Mmio && _domain.IsVideoMemory(request);
            }

            // There is no device: reads give all ones, writes go nowhere.
            _result = ulong.MaxValue;
            if (server is null || (isBuffered && server.TrySendBuffered(request)))
                return [];
        }

        return Send([server], request);
    }

    // Those without a ring do not hear of what goes through rings.
    private IEnumerable<VcpuStep> Broadcast(bool isBuffered, ioreq request)
    {
        lock (_domain.Gate)
        {
            var servers = _domain.EnabledServers();
            if (!isBuffered)
                return Send(servers, request);
            foreach (var server in servers)
                server.TrySendBuffered(request);
            return [];
        }
    }

    private IEnumerable<VcpuStep> Send(SimulatedIoreqServer[] servers, ioreq request)
    {
        foreach (var server in servers)
        {
            if (!TryFill(server, request))
                continue;
            yield return VcpuStep.Filled;
            _domain.Signal(server.Port(Number));
            yield return VcpuStep.Sent;
        }

        // A server that ended meanwhile has an empty slot.
        foreach (var server in servers)
        {
            foreach (var step in WaitFor(server))
                yield return step;
        }
    }

    private IEnumerable<VcpuStep> WaitFor(SimulatedIoreqServer server)
    {
        var state = (uint)XenAbi.STATE_IOREQ_NONE;
        while (!TryTakeResponse(server, ref state, out var isNewState))
        {
            // Another state than the last time is no reason to sleep.
            if (!isNewState)
                yield return VcpuStep.Blocked;
        }

        Volatile.Write(ref _waitingFor, null);
    }

    private bool TryTakeResponse(SimulatedIoreqServer server, ref uint state, out bool isNewState)
    {
        lock (_domain.Gate)
        {
            PrepareToWait(server);
            var seen = server.Look(this);
            isNewState = seen.state != state;
            if (seen.state == XenAbi.STATE_IOREQ_NONE)
            {
                _result = ulong.MaxValue;
                return true;
            }

            if (seen.state < state || seen.state > XenAbi.STATE_IORESP_READY)
            {
                throw new IoreqProtocolException(
                    $"the device model changed the slot of vCPU {Number} from state {state} to {seen.state}");
            }

            state = seen.state;
            if (state != XenAbi.STATE_IORESP_READY)
                return false;
            server.Clear(this);
            _result = seen.data;
            return true;
        }
    }

    private bool TryFill(SimulatedIoreqServer server, ioreq request)
    {
        lock (_domain.Gate)
        {
            if (!server.IsEnabled)
                return false;
            server.Fill(this, request);
            PrepareToWait(server);
            return true;
        }
    }

    private void PrepareToWait(SimulatedIoreqServer server)
    {
        lock (_gate)
        {
            _waitingFor = server;
            _isWoken = false;
        }
    }
}
