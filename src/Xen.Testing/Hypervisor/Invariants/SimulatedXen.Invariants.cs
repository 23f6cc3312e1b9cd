using System.Collections.Generic;
using System.Linq;
using Xen.Sys;

namespace Xen.Testing.Hypervisor;

/// <content>What must hold between any two operations, whatever they were.</content>
public sealed unsafe partial class SimulatedXen
{
    /// <summary>Looks for contradictions in what this hypervisor knows. Nobody else may use it meanwhile.</summary>
    /// <returns>What is wrong, in words; nothing, if it works as it should.</returns>
    public IReadOnlyList<string> FindContradictions()
    {
        var found = new List<string>();
        CheckPorts(Control, Ports, found);
        CheckGrants(Control, ControlGrants, found);
        foreach (var domain in _domains.Values.OrderBy(domain => domain.Id.Value))
        {
            CheckPorts(domain.Id, domain.Ports, found);
            CheckGrants(domain.Id, domain.Grants, found);
            domain.FindContradictions(found);
        }

        return found;
    }

    // Each end of a channel names the other one.
    private void CheckPorts(DomainId domain, SimulatedPorts ports, List<string> found)
    {
        foreach (var (number, port) in ports.All)
        {
            if (number.Value == 0 || number.Value > ports.Highest)
                found.Add($"domain {domain} has port {number}");
            if (port.Status.State != EventChannelState.Interdomain)
                continue;
            var other = PortsOf(port.Status.Remote)?.Get(port.Status.RemotePort) ?? default;
            if (other.State != EventChannelState.Interdomain || other.Remote != domain || other.RemotePort != number)
            {
                found.Add($"port {number} of domain {domain} leads to port {port.Status.RemotePort} of domain "
                    + $"{port.Status.Remote}, which does not lead back");
            }
        }
    }

    // What is mapped is held, is marked in its entry, and belongs to a domain that is still known.
    private void CheckGrants(DomainId domain, SimulatedGrantTable table, List<string> found)
    {
        foreach (var frame in table.Frames)
        {
            if (MachineMemory.CountReferences(frame) < 1)
                found.Add($"a page of domain {domain}'s grant table is free");
        }

        foreach (var (handle, mapping) in table.Mappings)
        {
            if (MachineMemory.CountReferences(mapping.Frame) < 1)
                found.Add($"domain {domain} maps a page that is free, by handle {handle}");
            if (mapping.Granter is { } granter && Find(granter.Id) != granter)
                found.Add($"domain {domain} maps a page of domain {granter.Id}, which is forgotten");

            // SAFETY: a table has its pages while its domain is known, and the mapping's reference was one of its entries.
            var flags = (mapping.Granter?.Grants ?? ControlGrants).Entry(mapping.Reference)->flags;
            if ((flags & XenAbi.GTF_reading) == 0 || (!mapping.IsReadOnly && (flags & XenAbi.GTF_writing) == 0))
                found.Add($"the grant behind handle {handle} of domain {domain} is not marked as in use");
        }
    }
}
