using Xen.Privcmd.Kernel;
using Xen.Privcmd.Probe;

namespace Xen.Privcmd;

/// <summary>The machine that this program runs on.</summary>
public static class XenHost
{
    /// <summary>Finds out what this machine offers to a program that talks to Xen.</summary>
    /// <returns>The report. On a machine without Xen, too: then it says so, and what to do.</returns>
    /// <remarks>
    /// Never throws and changes nothing: device files are opened and closed, and the driver is only asked what it refuses
    /// without effect. It takes a few milliseconds.
    /// </remarks>
    public static XenHostReport Probe() => Probe(LinuxKernel.Instance, new LinuxHostFacts());

    internal static XenHostReport Probe(IKernel kernel, IHostFacts facts) => new HostProbe(kernel, facts).Run();
}
