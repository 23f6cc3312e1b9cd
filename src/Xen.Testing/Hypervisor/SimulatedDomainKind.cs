namespace Xen.Testing.Hypervisor;

/// <summary>How a domain's guest runs.</summary>
public enum SimulatedDomainKind
{
    /// <summary>Paravirtualised: it has no device model.</summary>
    Pv,

    /// <summary>With virtual hardware, and little of it: what a device model brings, and local APICs.</summary>
    Pvh,

    /// <summary>With a whole virtual machine around it.</summary>
    Hvm,
}
