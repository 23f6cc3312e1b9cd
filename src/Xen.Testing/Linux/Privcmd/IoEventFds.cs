using System;
using System.Collections.Generic;
using System.Threading;
using Xen.Sys;

namespace Xen.Testing.Linux.Privcmd;

/// <summary>IOEVENTFD: a guest's store to a doorbell becomes a signal of an eventfd, without the process.</summary>
internal sealed class IoEventFds(SimulatedLinux linux)
{
    private const uint MaximumVcpus = 4096;

    private readonly Lock _gate = new();
    private readonly List<IoEventPage> _pages = [];

    internal HypercallResult Assign(in privcmd_ioeventfd request)
    {
        if (request.addr_len is not (1 or 2 or 4 or 8) || request.vcpus is 0 or > MaximumVcpus)
            return Failure(XenAbi.XEN_EINVAL);
        if (request.addr + request.addr_len < request.addr)
            return Failure(XenAbi.XEN_EINVAL);
        if (linux.FindFile(request.event_fd) is not { } file)
            return Failure(XenAbi.XEN_EBADF);
        if (file is not EventFile events)
            return Failure(XenAbi.XEN_EINVAL);
        var doorbell = new IoEventPage.Doorbell(request.addr, request.addr_len, request.vq, events);

        // The area stays until it is known here what ends with it.
        lock (linux.Gate)
        lock (_gate)
        {
            if (_pages.Find(Matches(request.ioreq)) is { } page)
            {
                if (page.Domain.Value != request.dom || page.VcpuCount != request.vcpus)
                    return Failure(XenAbi.XEN_EINVAL);
                return page.TryAdd(doorbell) ? default : Failure(XenAbi.XEN_EBUSY);
            }

            var result = Create(request, out page);
            if (page is null)
                return result;
            page.TryAdd(doorbell);
            _pages.Add(page);
            return default;
        }
    }

    internal HypercallResult Deassign(in privcmd_ioeventfd request)
    {
        if (linux.FindFile(request.event_fd) is not { } file)
            return Failure(XenAbi.XEN_EBADF);
        lock (_gate)
        {
            if (file is not EventFile events || _pages.Find(Matches(request.ioreq)) is not { } page
                || !page.TryRemove(request.addr, request.addr_len, request.vq, events))
                return Failure(XenAbi.XEN_ENOENT);
            if (page.IsEmpty)
                End(page);
            return default;
        }
    }

    /// <summary>An area of the process's memory is gone, and with it the page that requests were read from.</summary>
    internal void Forget(ForeignArea area)
    {
        lock (_gate)
        {
            foreach (var page in _pages.FindAll(page => page.Area == area))
                End(page);
        }
    }

    private static HypercallResult Failure(int errno) => HypercallResult.Failure(errno);

    private static Predicate<IoEventPage> Matches(ulong address) => page => page.Address == address;

    private HypercallResult Create(in privcmd_ioeventfd request, out IoEventPage? page)
    {
        page = null;
        var ports = new uint[request.vcpus];
        if (!UserMemory.TryReadList(request.ports, ports))
            return Failure(XenAbi.XEN_EFAULT);
        if (linux.AreaAt(request.ioreq) is not ForeignArea area || area.Start > request.ioreq || area.IsHole(0, 1))
            return Failure(XenAbi.XEN_EINVAL);

        var created = new IoEventPage(linux, area, request, ports);
        if (!created.TryListen())
            return Failure(XenAbi.XEN_EINVAL);
        page = created;
        return default;
    }

    private void End(IoEventPage page)
    {
        page.Unlisten();
        _pages.Remove(page);
    }
}
