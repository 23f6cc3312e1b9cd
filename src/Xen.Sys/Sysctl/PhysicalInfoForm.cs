namespace Xen.Sys;

/// <summary>Reads <c>struct xen_sysctl_physinfo</c>, public/sysctl.h, in the form of a release.</summary>
// SAFETY: callers pass the union of a frame, which is larger than either form.
internal static unsafe class PhysicalInfoForm
{
    internal static PhysicalInfo Read(byte* source, ControlForm form) => form == ControlForm.V4_14
        ? Read((V4_14.xen_sysctl_physinfo*)source)
        : Read((V4_17.xen_sysctl_physinfo*)source);

    private static PhysicalInfo Read(V4_14.xen_sysctl_physinfo* info) => new()
    {
        ThreadsPerCore = info->threads_per_core,
        CoresPerSocket = info->cores_per_socket,
        CpuCount = info->nr_cpus,
        MaximumCpuId = info->max_cpu_id,
        NodeCount = info->nr_nodes,
        MaximumNodeId = info->max_node_id,
        CpuFrequency = info->cpu_khz,
        Capabilities = info->capabilities,
        TotalPages = info->total_pages,
        FreePages = info->free_pages,
        ScrubPages = info->scrub_pages,
        OutstandingPages = info->outstanding_pages,
        MaximumFrame = info->max_mfn,
    };

    private static PhysicalInfo Read(V4_17.xen_sysctl_physinfo* info) => new()
    {
        ThreadsPerCore = info->threads_per_core,
        CoresPerSocket = info->cores_per_socket,
        CpuCount = info->nr_cpus,
        MaximumCpuId = info->max_cpu_id,
        NodeCount = info->nr_nodes,
        MaximumNodeId = info->max_node_id,
        CpuFrequency = info->cpu_khz,
        Capabilities = info->capabilities,
        ArchitectureCapabilities = info->arch_capabilities,
        TotalPages = info->total_pages,
        FreePages = info->free_pages,
        ScrubPages = info->scrub_pages,
        OutstandingPages = info->outstanding_pages,
        MaximumFrame = info->max_mfn,
    };
}
