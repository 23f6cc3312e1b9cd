using System.Collections.Generic;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>What must hold between any two operations.</content>
public sealed partial class SimulatedDomain
{
    internal void FindContradictions(List<string> found)
    {
        lock (Gate)
        {
            if (_pauses is < 0 or > MaximumPauses)
                found.Add($"domain {Id} is paused {_pauses} times");
            if (_mappedPages < 0)
                found.Add($"{_mappedPages} pages of domain {Id} are mapped");
            if (IsDying && _mappedPages == 0)
                found.Add($"domain {Id} is dead, and not forgotten");
            if (IsDying && _servers.Count != 0)
                found.Add($"domain {Id} is dying, and has {_servers.Count} IOREQ servers");
            if (_servers.Count > 8)
                found.Add($"domain {Id} has {_servers.Count} IOREQ servers");
            foreach (var (gfn, _, frame) in _pages.ToList())
            {
                if (_xen.MachineMemory.CountReferences(frame) < 1)
                    found.Add($"the page of domain {Id} at {gfn:#x} is free");
            }

            foreach (var server in _servers.Values)
                Check(server, found);
        }
    }

    private void Check(SimulatedIoreqServer server, List<string> found)
    {
        for (var space = IoSpace.Port; space <= IoSpace.PciConfiguration; space++)
        {
            var ranges = server.RangesOf((uint)space)!.Ranges;
            if (ranges.Count > SimulatedIoRanges.Room)
                found.Add($"server {server.Id} of domain {Id} has {ranges.Count} ranges");
            for (var i = 1; i < ranges.Count; i++)
            {
                if (ranges[i].First <= ranges[i - 1].Last + 1)
                    found.Add($"ranges of server {server.Id} of domain {Id} touch at {ranges[i].First:#x}");
            }
        }

        for (var i = server.IsBuffered ? 0u : 1; i <= (uint)server.PageCount; i++)
        {
            if (_xen.MachineMemory.CountReferences(server.FrameAt(i)) < 1)
                found.Add($"page {i} of server {server.Id} of domain {Id} is free");
        }

        for (var vcpu = 0; vcpu < _vcpus.Count; vcpu++)
        {
            lock (_xen.PortGate)
            {
                if (Ports.Find(server.Port(vcpu)) is not { IsOfXen: true })
                    found.Add($"vCPU {vcpu} of domain {Id} has no port at server {server.Id}");
            }
        }
    }
}
