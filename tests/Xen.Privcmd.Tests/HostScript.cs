using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Xen.Privcmd.Kernel;
using Xen.Privcmd.Probe;
using Xen.Sys;

namespace Xen.Privcmd.Tests;

/// <summary>A machine that is as a test writes it: its files, its devices, and what its drivers and its Xen answer.</summary>
internal sealed unsafe class HostScript : IKernel, IHostFacts
{
    /// <summary>How to open each device: 0, or an errno. What is not here is missing.</summary>
    internal Dictionary<string, int> Devices { get; } = [];

    /// <summary>Files with text.</summary>
    internal Dictionary<string, string> Files { get; } = [];

    /// <summary>What an ioctl answers instead of what it would.</summary>
    internal Dictionary<ulong, int> Refused { get; } = [];

    /// <summary>The interfaces that Xen speaks; 0 for a caller that may not use them.</summary>
    internal uint DomctlVersion { get; set; } = 0x15;

    internal uint SysctlVersion { get; set; } = 0x15;

    /// <summary>How many files are open.</summary>
    internal int OpenFiles { get; private set; }

    public int PageSize => XenPage.Size;

    public bool IsLinux { get; init; } = true;

    public bool IsPrivileged { get; init; } = true;

    public Architecture ProcessArchitecture { get; init; } = Architecture.X64;

    public Architecture KernelArchitecture { get; init; } = Architecture.X64;

    /// <summary>A dom0 of Debian's, with all that it has.</summary>
    internal static HostScript ControlDomain()
    {
        var host = Guest();
        host.DomctlVersion = host.SysctlVersion = 0x15;
        host.Files["/proc/xen/capabilities"] = "control_d";
        host.Files["/sys/hypervisor/guest_type"] = "PV";
        host.Devices["/dev/xen/xenbus_backend"] = 0;
        return host;
    }

    /// <summary>A guest that has the drivers.</summary>
    internal static HostScript Guest()
    {
        var host = new HostScript { DomctlVersion = 0, SysctlVersion = 0 };
        foreach (var device in (string[])["privcmd", "hypercall", "evtchn", "gntdev", "gntalloc", "xenbus"])
            host.Devices["/dev/xen/" + device] = 0;
        host.Files["/sys/hypervisor/type"] = "xen";
        host.Files["/sys/hypervisor/guest_type"] = "PVH";
        host.Files["/sys/hypervisor/version/major"] = "4";
        host.Files["/sys/hypervisor/version/minor"] = "17";
        host.Files["/sys/hypervisor/version/extra"] = ".4-pre";
        host.Files["/proc/xen/capabilities"] = "";
        host.Refused[XenAbi.IOCTL_PRIVCMD_IRQFD] = XenAbi.XEN_EOPNOTSUPP;
        host.Refused[XenAbi.IOCTL_PRIVCMD_IOEVENTFD] = XenAbi.XEN_EOPNOTSUPP;
        return host;
    }

    public bool Exists(string path) => Devices.ContainsKey(path) || Files.ContainsKey(path);

    public string? Read(string path) => Files.GetValueOrDefault(path);

    public HypercallResult Open(string path, int flags, out SafeHandle? file)
    {
        file = null;
        var errno = Devices.GetValueOrDefault(path, XenAbi.XEN_ENOENT);
        if (errno != 0)
            return HypercallResult.Failure(errno);
        OpenFiles++;
        file = new OpenFile(this);
        return default;
    }

    public HypercallResult Ioctl(SafeHandle file, ulong request, void* argument)
    {
        if (Refused.TryGetValue(request, out var errno))
            return HypercallResult.Failure(errno);
        return request switch
        {
            XenAbi.IOCTL_PRIVCMD_HYPERCALL => Hypercall((privcmd_hypercall*)argument),
            XenAbi.IOCTL_PRIVCMD_MMAPBATCH_V2 => HypercallResult.Failure(XenAbi.XEN_EINVAL),
            XenAbi.IOCTL_PRIVCMD_MMAP_RESOURCE => HypercallResult.Failure(XenAbi.XEN_ESRCH),
            XenAbi.IOCTL_PRIVCMD_IRQFD or XenAbi.IOCTL_PRIVCMD_IOEVENTFD => HypercallResult.Failure(XenAbi.XEN_EINVAL),
            _ => default,
        };
    }

    public HypercallResult CreateEvent(out SafeHandle? file) => Open("", 0, out file);

    public HypercallResult Read(SafeHandle file, void* buffer, nuint count) => default;

    public HypercallResult Write(SafeHandle file, void* buffer, nuint count) => default;

    public HypercallResult Poll(ReadOnlySpan<SafeHandle> files, Span<bool> ready, int milliseconds) => default;

    public HypercallResult Map(
        nint hint, nuint length, int protection, int flags, SafeHandle? file, ulong offset, out nint address)
    {
        address = (nint)NativeMemory.AlignedAlloc(length, XenPage.Size);
        NativeMemory.Clear((void*)address, length);
        return default;
    }

    public HypercallResult Unmap(nint address, nuint length)
    {
        NativeMemory.AlignedFree((void*)address);
        return default;
    }

    public HypercallResult Advise(nint address, nuint length, int advice) => default;

    public void Pause(TimeSpan time)
    {
    }

    private static HypercallResult Text(ulong address, string text)
    {
        Encoding.ASCII.GetBytes(text).CopyTo(new Span<byte>((void*)address, 16));
        return default;
    }

    private static HypercallResult Control(uint* frame, uint version)
    {
        if (frame is null)
            return HypercallResult.Failure(XenAbi.XEN_EFAULT);
        if (version == 0)
            return HypercallResult.Failure(XenAbi.XEN_EPERM);
        return frame[1] == version ? default : HypercallResult.Failure(XenAbi.XEN_EACCES);
    }

    private HypercallResult Hypercall(privcmd_hypercall* call) => call->op switch
    {
        XenAbi.__HYPERVISOR_xen_version => call->arg[0] switch
        {
            XenAbi.XENVER_version => new HypercallResult(0x40011),
            XenAbi.XENVER_extraversion => Text(call->arg[1], ".4-pre"),
            XenAbi.XENVER_capabilities => Text(call->arg[1], "xen-3.0-x86_64 "),
            _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
        },
        XenAbi.__HYPERVISOR_domctl => Control((uint*)call->arg[0], DomctlVersion),
        XenAbi.__HYPERVISOR_sysctl => Control((uint*)call->arg[0], SysctlVersion),
        _ => HypercallResult.Failure(XenAbi.XEN_ENOSYS),
    };

    private sealed class OpenFile(HostScript host) : SafeHandle(0, ownsHandle: true)
    {
        private bool _closed;

        public override bool IsInvalid => _closed;

        protected override bool ReleaseHandle()
        {
            _closed = true;
            host.OpenFiles--;
            return true;
        }
    }
}
