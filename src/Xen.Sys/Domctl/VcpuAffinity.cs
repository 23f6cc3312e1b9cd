namespace Xen.Sys;

/// <summary>Where a vCPU may or should run. C origin: <c>XEN_VCPUAFFINITY_*</c>, public/domctl.h.</summary>
public enum VcpuAffinity : uint
{
    /// <summary>It runs nowhere else.</summary>
    Hard = V4_20.XenAbi.XEN_VCPUAFFINITY_HARD,

    /// <summary>It runs there if it can.</summary>
    Soft = V4_20.XenAbi.XEN_VCPUAFFINITY_SOFT,
}
