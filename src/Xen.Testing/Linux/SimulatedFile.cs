using Xen.Sys;

namespace Xen.Testing.Linux;

/// <summary>An open file of a simulated Linux. What a driver does not offer fails as it does in Linux.</summary>
internal abstract unsafe class SimulatedFile(SimulatedLinux linux, string path)
{
    /// <summary>What was opened.</summary>
    internal string Path => path;

    /// <summary>The kernel.</summary>
    protected SimulatedLinux Linux => linux;

    /// <summary>For poll(2): it can be read, or has failed. Called under the kernel's <see cref="SimulatedLinux.Wakeups"/>.</summary>
    internal virtual bool IsReadable => true;

    internal virtual HypercallResult Ioctl(ulong request, void* argument) =>
        HypercallResult.Failure(KernelErrno.NotATerminal);

    internal virtual HypercallResult Read(void* buffer, nuint count) => HypercallResult.Failure(XenAbi.XEN_EINVAL);

    internal virtual HypercallResult Write(void* buffer, nuint count) => HypercallResult.Failure(XenAbi.XEN_EINVAL);

    /// <summary>mmap(2). Called under the kernel's gate.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="area">The area, which has no place yet.</param>
    internal virtual HypercallResult Map(in MapRequest request, out VirtualArea? area)
    {
        area = null;
        return HypercallResult.Failure(XenAbi.XEN_ENODEV);
    }

    /// <summary>The last reference is gone.</summary>
    internal virtual void Close()
    {
    }
}
