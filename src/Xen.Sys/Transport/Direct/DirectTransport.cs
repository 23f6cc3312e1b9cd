namespace Xen.Sys;

/// <summary>Hypercalls that a domain issues itself, with no operating system between it and Xen.</summary>
/// <remarks>
/// For a program that <em>is</em> the kernel of its domain: under one, a hypercall is not the program's to make. The
/// program brings the instruction, as a function pointer to a few lines of assembly (the folder <c>baremetal/</c> has them
/// for x86_64 PV and HVM and for arm64), and a few pages for <see cref="DirectBuffers"/>. It may be copied: copies share the
/// buffers.
/// </remarks>
// SAFETY: whoever makes one vouches for both pointers, and that they outlive it. Xen gets the addresses as they are: the
// memory of such a domain is resident and does not move.
public readonly unsafe struct DirectTransport : IHypercallTransport
{
    private readonly delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> _hypercall;
    private readonly DirectBuffers* _buffers;

    /// <summary>Hypercalls by this function, with these buffers.</summary>
    /// <param name="hypercall">
    /// Takes the <c>__HYPERVISOR_*</c> number and five arguments by the C calling convention of the platform, and returns
    /// Xen's result register.
    /// </param>
    /// <param name="buffers">Where <see cref="AcquireBuffer"/> takes memory from. Must stay where it is.</param>
    public DirectTransport(
        delegate* unmanaged<ulong, ulong, ulong, ulong, ulong, ulong, long> hypercall, DirectBuffers* buffers)
    {
        _hypercall = hypercall;
        _buffers = buffers;
    }

    /// <inheritdoc/>
    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0) =>
        new(_hypercall(hypercall, arg1, arg2, arg3, arg4, arg5));

    /// <inheritdoc/>
    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        Invoke(XenAbi.__HYPERVISOR_dm_op, domain.Value, count, (ulong)buffers);

    /// <inheritdoc/>
    public void* AcquireBuffer(nuint size) => _buffers->Acquire(size);

    /// <inheritdoc/>
    public void ReleaseBuffer(void* buffer) => _buffers->Release(buffer);
}
