using System.Runtime.InteropServices;

namespace Xen.Sys;

/// <content>The stable operation that tells which domains have changed.</content>
public static partial class Domctl
{
    // XEN_DOMCTL_get_domain_state of Xen 4.21, later than the metadata here. Its interface_version is always 0.
    // Source: xen/include/public/domctl.h and get_domain_state() in xen/common/domain.c, xenbits.xen.org, 4.21.
    internal const uint GetDomainStateCommand = 90;
    private const uint StableVersion = 0;

    /// <summary>Asks whether a domain exists, how it is, and which of all domains that had its number it is.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">
    /// The domain; or <c>DOMID_INVALID</c> for one whose state has changed since it was last asked for, which only the
    /// domain may ask that <c>VIRQ_DOM_EXC</c> is bound in.
    /// </param>
    /// <param name="state">Its state.</param>
    /// <returns>
    /// Xen's result; ESRCH if there is no such domain; ENOENT if none has changed; EACCES from a Xen before 4.21, which
    /// takes it for a domctl of another version, and from a later one for a caller that may not ask; ENOSYS or EOPNOTSUPP
    /// from one that is built without it; ENOMEM without a buffer.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_get_domain_state</c>, public/domctl.h of Xen 4.21; stable.</remarks>
    public static HypercallResult GetDomainState<T>(T transport, DomainId domain, out DomainState state)
        where T : IHypercallTransport, allows ref struct
    {
        var found = domain;
        var payload = default(GetDomainStatePayload);
        var result = DomctlCall.Invoke(transport, StableVersion, GetDomainStateCommand, ref found, ref payload);
        state = result.IsSuccess
            ? new DomainState(
                found, (DomainStates)payload.State, (DomainCapabilities)payload.Capabilities, payload.UniqueId)
            : default;
        return result;
    }

    // All of it must be 0 on the way in.
    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct GetDomainStatePayload
    {
        [FieldOffset(0)]
        internal ushort State;

        // Padding that is 0 in the first releases that have the operation.
        [FieldOffset(2)]
        internal ushort Capabilities;

        [FieldOffset(8)]
        internal ulong UniqueId;
    }
}
