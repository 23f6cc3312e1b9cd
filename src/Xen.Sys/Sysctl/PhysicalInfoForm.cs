namespace Xen.Sys;

/// <summary>Reads <c>struct xen_sysctl_physinfo</c>, public/sysctl.h, in the form of a release.</summary>
// SAFETY: callers pass the union of a frame, which is larger than either form.
internal static unsafe class PhysicalInfoForm
{
    internal static PhysicalInfo Read(byte* source, ControlForm form) => form == ControlForm.V4_14
        ? ReadRest((V4_14.xen_sysctl_physinfo*)source)
        : ReadRest((V4_17.xen_sysctl_physinfo*)source);

    // Both forms begin alike.
    private static PhysicalInfo ReadBeginning(V4_14.xen_sysctl_physinfo* info) => new()
    {
        ThreadsPerCore = info->threads_per_core,
        CoresPerSocket = info->cores_per_socket,
        CpuCount = info->nr_cpus,
        MaximumCpuId = info->max_cpu_id,
        NodeCount = info->nr_nodes,
        MaximumNodeId = info->max_node_id,
        CpuFrequency = info->cpu_khz,
        Capabilities = info->capabilities,
    };

    private static PhysicalInfo ReadRest(V4_14.xen_sysctl_physinfo* info) => ReadBeginning(info) with
    {
        TotalPages = info->total_pages,
        FreePages = info->free_pages,
        ScrubPages = info->scrub_pages,
        OutstandingPages = info->outstanding_pages,
        MaximumFrame = info->max_mfn,
    };

    private static PhysicalInfo ReadRest(V4_17.xen_sysctl_physinfo* info) =>
        ReadBeginning((V4_14.xen_sysctl_physinfo*)info) with
        {
            ArchitectureCapabilities = info->arch_capabilities,
            TotalPages = info->total_pages,
            FreePages = info->free_pages,
            ScrubPages = info->scrub_pages,
            OutstandingPages = info->outstanding_pages,
            MaximumFrame = info->max_mfn,
        };
}
