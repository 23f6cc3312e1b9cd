using Xen.Sys;

namespace Xen.Privcmd;

/// <summary>A device file of Linux's Xen drivers cannot be opened: usually there is no Xen under this kernel.</summary>
public sealed class XenUnavailableException : XenException
{
    /// <summary>Makes one.</summary>
    /// <param name="path">The device file.</param>
    /// <param name="module">The kernel module that provides it.</param>
    /// <param name="errno">Why it cannot be opened, positive.</param>
    public XenUnavailableException(string path, string module, int errno)
        : base($"cannot open {path}: {XenErrno.Name(errno)} ({Advice(module, errno)})")
    {
        Path = path;
        Errno = errno;
    }

    /// <summary>The device file.</summary>
    public string Path { get; }

    /// <summary>Why it cannot be opened, as a positive error number.</summary>
    public int Errno { get; }

    private static string Advice(string module, int errno) => errno switch
    {
        XenAbi.XEN_ENOENT => $"not a Xen machine, or the kernel module is missing: try `modprobe {module}`",
        XenAbi.XEN_EACCES or XenAbi.XEN_EPERM => "no permission: run as root",
        XenAbi.XEN_ENODEV or XenAbi.XEN_ENXIO => "this kernel does not run on Xen",
        XenAbi.XEN_EBUSY => "another program has it: only one may",
        _ => "see docs/troubleshooting.md",
    };
}
