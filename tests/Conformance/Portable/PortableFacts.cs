using System.Runtime.InteropServices;
using Xen.Sys;

namespace Conformance.Portable;

/// <summary>What rules have to know of the domain that asks.</summary>
internal readonly struct PortableFacts
{
    /// <summary>Whether it may do what toolstacks do.</summary>
    internal bool IsPrivileged { get; private init; }

    /// <summary>Whether the hardware translates its memory: HVM, PVH, and any on Arm.</summary>
    internal bool IsTranslated { get; private init; }

    /// <summary>Whether Xen runs on Arm.</summary>
    internal bool IsArm { get; private init; }

    /// <summary>Whether the caller is the kernel of its domain: events of its ports disturb nobody else.</summary>
    internal bool OwnsPorts { get; private init; }

    /// <summary>Finds them out.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="ownsPorts">Whether the caller is the kernel of its domain.</param>
    internal static PortableFacts Find<T>(T transport, bool ownsPorts)
        where T : IHypercallTransport, allows ref struct
    {
        XenVersionOp.GetFeatures(transport, 0, out var features);
        return new PortableFacts
        {
            IsPrivileged = SysctlInterface.Probe(transport, out _).IsSuccess,
            IsTranslated = (features & (1u << (int)XenAbi.XENFEAT_auto_translated_physmap)) != 0,
            IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64,
            OwnsPorts = ownsPorts,
        };
    }
}
