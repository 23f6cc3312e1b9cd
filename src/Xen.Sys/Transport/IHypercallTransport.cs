namespace Xen.Sys;

/// <summary>The one seam through which hypercalls leave the program.</summary>
/// <remarks>
/// Implementations: Linux's privcmd driver (<c>Xen.Privcmd</c>), a simulated Xen (<c>Xen.Testing</c>), and
/// <see cref="DirectTransport"/>, for a domain without an operating system. The typed hypercalls are
/// generic over it, so that a struct implementation is called directly; they take it by value, so that such a struct keeps
/// what changes behind a reference. Implementations neither allocate nor throw.
/// </remarks>
public unsafe interface IHypercallTransport
{
    /// <summary>The most that <see cref="AcquireBuffer"/> may be asked for: 16 MiB.</summary>
    public const int MaximumBufferSize = 16 << 20;

    /// <summary>Issues a hypercall.</summary>
    /// <param name="hypercall">A <c>__HYPERVISOR_*</c> number, public/xen.h.</param>
    /// <param name="arg1">First argument register.</param>
    /// <param name="arg2">Second. A pointer must come from <see cref="AcquireBuffer"/>.</param>
    /// <param name="arg3">Third.</param>
    /// <param name="arg4">Fourth.</param>
    /// <param name="arg5">Fifth.</param>
    /// <returns>Xen's result.</returns>
    HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0);

    /// <summary>Issues a device model operation, <c>__HYPERVISOR_dm_op</c>, whose buffers may be ordinary memory.</summary>
    /// <param name="domain">The domain whose device model is operated.</param>
    /// <param name="buffers">
    /// Writable memory that does not move during the call. Buffer 0 holds a <see cref="xen_dm_op"/>. Xen takes at
    /// most two buffers; Linux at most 4096 bytes in each.
    /// </param>
    /// <param name="count">Number of buffers.</param>
    /// <returns>Xen's result.</returns>
    HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count);

    /// <summary>Takes memory that a hypercall argument may point to: resident, and not moving.</summary>
    /// <param name="size">
    /// Bytes. Up to a page every transport has; up to <see cref="MaximumBufferSize"/> those that can.
    /// </param>
    /// <returns>
    /// Zeroed memory, aligned to 16 bytes, or null if there is none or it was asked for too much. Give it back with
    /// <see cref="ReleaseBuffer"/>. Up to a page it lies in one page, and taking it costs no system call as a rule.
    /// </returns>
    void* AcquireBuffer(nuint size);

    /// <summary>Gives a buffer back.</summary>
    /// <param name="buffer">From <see cref="AcquireBuffer"/>; null is ignored.</param>
    void ReleaseBuffer(void* buffer);
}
