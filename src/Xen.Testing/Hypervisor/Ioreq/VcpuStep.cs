namespace Xen.Testing.Hypervisor;

/// <summary>What a vCPU did last, as far as others can tell.</summary>
internal enum VcpuStep
{
    /// <summary>A request is in its slot; nobody was told.</summary>
    Filled,

    /// <summary>The device model was told.</summary>
    Sent,

    /// <summary>It looked for the answer, and goes on when it is told to.</summary>
    Blocked,
}
