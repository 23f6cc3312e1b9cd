using Xen.Sys;

namespace Conformance.Portable;

/// <summary>
/// Rules of hypercalls that hold in any domain, without a runtime: the same source runs in a test and in a domain without
/// an operating system.
/// </summary>
/// <remarks>A rule is asked for by its index, and leaves nothing behind in Xen.</remarks>
internal static partial class PortableRules
{
    /// <summary>How many there are.</summary>
    internal const int Count = VersionCount + CallCount + MemoryCount + PortCount + VcpuCount + ControlCount;

    private const ulong Nowhere = 0xdead_0000_0000_0000;
    private const ulong UnknownOperation = 99;

    private static DomainId NoSuchDomain => new(0x7000);

    /// <summary>Checks one.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="facts">About the domain that asks.</param>
    /// <param name="index">From 0 up to <see cref="Count"/>.</param>
    internal static Verdict Check<T>(T transport, in PortableFacts facts, int index)
        where T : IHypercallTransport, allows ref struct
    {
        if (index < VersionCount)
            return CheckVersion(transport, facts, index);
        index -= VersionCount;
        if (index < CallCount)
            return CheckCall(transport, facts, index);
        index -= CallCount;
        if (index < MemoryCount)
            return CheckMemory(transport, facts, index);
        index -= MemoryCount;
        if (index < PortCount)
            return CheckPort(transport, facts, index);
        index -= PortCount;
        return index < VcpuCount
            ? CheckVcpu(transport, facts, index)
            : CheckControl(transport, facts, index - VcpuCount);
    }
}
