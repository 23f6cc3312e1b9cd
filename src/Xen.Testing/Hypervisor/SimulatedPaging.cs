namespace Xen.Testing.Hypervisor;

/// <summary>What <c>XEN_DOMCTL_shadow_op</c> knows of a domain. It has no guest code, so that no page gets dirty.</summary>
internal sealed class SimulatedPaging
{
    /// <summary>True while writes are logged.</summary>
    internal bool LogsDirtyPages { get; set; }

    /// <summary>Memory for page tables, in MiB.</summary>
    internal uint Allocation { get; set; } = 1;
}
