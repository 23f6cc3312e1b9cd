using V4_20Abi = Xen.Sys.V4_20.XenAbi;

namespace Xen.Sys;

/// <content>The life of a domain.</content>
// SAFETY: the frame is ours until it is released, and its union is larger than any form of the configuration.
public static unsafe partial class Domctl
{
    /// <summary>Makes a domain, paused, without memory and without running vCPUs.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="requested">The number that it shall have; 0 lets Xen choose.</param>
    /// <param name="configuration">What it shall be.</param>
    /// <param name="created">What Xen made, when the result is a success.</param>
    /// <returns>
    /// Xen's result. EINVAL if the configuration has what this release or architecture cannot express (Xen is not called
    /// then), or what Xen refuses; EEXIST, or EINVAL in older releases, if the number is taken; ENOMEM also for Xen's own.
    /// </returns>
    /// <remarks><c>XEN_DOMCTL_createdomain</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult CreateDomain<T>(
        T transport, DomctlInterface domctl, DomainId requested, in DomainConfiguration configuration,
        out CreatedDomain created)
        where T : IHypercallTransport, allows ref struct
    {
        created = default;
        var result = DomctlFrame.Acquire(
            transport, domctl, V4_20Abi.XEN_DOMCTL_createdomain, requested, 0, out var frame);
        if (!result.IsSuccess)
            return result;

        var target = DomctlFrame.Payload<byte>(frame);
        result = DomainConfigurationForm.TryWrite(configuration, domctl.Form, domctl.Architecture, target)
            ? DomctlCall.Invoke(transport, frame)
            : HypercallResult.Failure(XenAbi.XEN_EINVAL);
        if (result.IsSuccess)
            created = DomainConfigurationForm.Read(
                new DomainId(frame->Domain), domctl.Form, domctl.Architecture, target);
        transport.ReleaseBuffer(frame);
        return result;
    }

    /// <summary>Stops the vCPUs of a domain. Pauses are counted: it runs again after as many unpauses.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <returns>Xen's result; EINVAL for the caller's own domain; EOVERFLOW after 255 pauses.</returns>
    /// <remarks><c>XEN_DOMCTL_pausedomain</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult PauseDomain<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct =>
        DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_pausedomain, domain);

    /// <summary>Takes one pause back. The first one lets a new domain start.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <returns>Xen's result; EINVAL if it is not paused.</returns>
    /// <remarks><c>XEN_DOMCTL_unpausedomain</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult UnpauseDomain<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct =>
        DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_unpausedomain, domain);

    /// <summary>Ends a domain and gives its resources back.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <returns>
    /// Xen's result; EINVAL for the caller's own domain or domain 0. A success says that all that Xen could release is
    /// released: the domain stays, dying, for as long as any other domain maps its pages.
    /// </returns>
    /// <remarks>
    /// <para><c>XEN_DOMCTL_destroydomain</c>, public/domctl.h; for tools, so it may change.</para>
    /// Takes seconds for a large domain; Xen continues it by itself, and lets the caller's interrupts in between. EAGAIN:
    /// call again, the work done so far is not lost.
    /// </remarks>
    public static HypercallResult DestroyDomain<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct =>
        DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_destroydomain, domain);

    /// <summary>Lets a domain that has shut down to be suspended go on as if it had not.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <returns>Xen's result; EINVAL for the caller's own domain.</returns>
    /// <remarks><c>XEN_DOMCTL_resumedomain</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult ResumeDomain<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct =>
        DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_resumedomain, domain);

    /// <summary>Gives a domain that has shut down for it new event channels and grants, and keeps its memory.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <returns>Xen's result; EINVAL for the caller's own domain.</returns>
    /// <remarks><c>XEN_DOMCTL_soft_reset</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SoftReset<T>(T transport, DomctlInterface domctl, DomainId domain)
        where T : IHypercallTransport, allows ref struct =>
        DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_soft_reset, domain);

    /// <summary>Makes the vCPUs of a new domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain, not the caller's own.</param>
    /// <param name="count">How many: what <see cref="DomainConfiguration.MaximumVcpus"/> said when it was made.</param>
    /// <returns>Xen's result; EINVAL for any other number.</returns>
    /// <remarks><c>XEN_DOMCTL_max_vcpus</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetMaximumVcpus<T>(
        T transport, DomctlInterface domctl, DomainId domain, uint count)
        where T : IHypercallTransport, allows ref struct
    {
        var vcpus = new V4_20.xen_domctl_max_vcpus { max = count };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_max_vcpus, domain, ref vcpus);
    }

    /// <summary>Sets how much memory a domain may have. It keeps what it has, even if that is more.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="kibibytes">The limit in KiB, which Xen rounds down to whole pages.</param>
    /// <returns>Xen's result.</returns>
    /// <remarks><c>XEN_DOMCTL_max_mem</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetMaximumMemory<T>(
        T transport, DomctlInterface domctl, DomainId domain, ulong kibibytes)
        where T : IHypercallTransport, allows ref struct
    {
        var memory = new V4_20.xen_domctl_max_mem { max_memkb = kibibytes };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_max_mem, domain, ref memory);
    }

    /// <summary>Makes a domain the one that emulates devices for another, with the privileges that this takes.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domctl">Must be supported.</param>
    /// <param name="emulator">The domain that emulates, not the target itself.</param>
    /// <param name="target">The domain that it emulates for.</param>
    /// <returns>Xen's result; EINVAL if the emulator has a target already, or the two are one; ESRCH for either.</returns>
    /// <remarks><c>XEN_DOMCTL_set_target</c>, public/domctl.h; for tools, so it may change.</remarks>
    public static HypercallResult SetTarget<T>(
        T transport, DomctlInterface domctl, DomainId emulator, DomainId target)
        where T : IHypercallTransport, allows ref struct
    {
        var set = new V4_20.xen_domctl_set_target { target = target.Value };
        return DomctlCall.Invoke(transport, domctl, V4_20Abi.XEN_DOMCTL_set_target, emulator, ref set);
    }
}
