using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>What a machine offers to a program that talks to Xen.</summary>
public sealed record XenHostReport
{
    /// <summary>What the machine is to Xen.</summary>
    public XenHostKind Kind { get; init; }

    /// <summary>Whether hypercalls can be made. What else is missing is among the findings.</summary>
    public bool IsUsable { get; init; }

    /// <summary>What the kernel says that it runs on, <c>/sys/hypervisor/type</c>; null if it says nothing.</summary>
    public string? HypervisorType { get; init; }

    /// <summary>How this domain is virtualised, <c>/sys/hypervisor/guest_type</c>: PV, PVH, HVM; null if not told.</summary>
    public string? GuestType { get; init; }

    /// <summary>Xen's release, from Xen itself or else from the kernel; null if neither told.</summary>
    public XenVersion? Version { get; init; }

    /// <summary>The release with what follows its numbers: <c>4.17.4-pre</c>; null if it is not known.</summary>
    public string? VersionText { get; init; }

    /// <summary>The kinds of domains that Xen can run; null if they are not known.</summary>
    public string? Capabilities { get; init; }

    /// <summary>The control interface of domains; version 0 if it was refused or is unknown.</summary>
    public DomctlInterface Domctl { get; init; }

    /// <summary>Why the interface could not be asked for: 0, or positive. EPERM: not the control domain.</summary>
    public int DomctlErrno { get; init; }

    /// <summary>The control interface of the machine; version 0 if it was refused or is unknown.</summary>
    public SysctlInterface Sysctl { get; init; }

    /// <summary>Why the interface could not be asked for: 0, or positive. EPERM: not the control domain.</summary>
    public int SysctlErrno { get; init; }

    /// <summary>Whether this process has the rights of root.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>The instruction set that this process was built for.</summary>
    public Architecture ProcessArchitecture { get; init; }

    /// <summary>The instruction set of the kernel.</summary>
    public Architecture KernelArchitecture { get; init; }

    /// <summary>The device files of Linux's Xen drivers.</summary>
    public IReadOnlyList<XenDeviceReport> Devices { get; init; } = [];

    /// <summary>What the privcmd driver of this kernel can; empty if it could not be opened.</summary>
    public IReadOnlyList<XenDriverCall> DriverCalls { get; init; } = [];

    /// <summary>What a user should know, the worst first.</summary>
    public IReadOnlyList<XenHostFinding> Findings { get; init; } = [];

    /// <summary>A device of the list.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>Null if it is not in the list.</returns>
    public XenDeviceReport? Device(string path) => Devices.FirstOrDefault(device => device.Path == path);
}
