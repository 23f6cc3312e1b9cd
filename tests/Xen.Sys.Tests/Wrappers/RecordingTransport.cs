namespace Xen.Sys.Tests.Wrappers;

/// <summary>A transport that writes down what it is asked. A struct, so that a wrapper which boxes it allocates.</summary>
internal readonly unsafe struct RecordingTransport(Recording recording) : IHypercallTransport
{
    /// <summary>What a case got out of the wrapper, for comparison.</summary>
    internal void Out(long value) => recording.Out(value);

    public HypercallResult Invoke(uint hypercall, ulong arg1, ulong arg2, ulong arg3, ulong arg4, ulong arg5) =>
        recording.Invoke(hypercall, arg1, arg2, arg3, arg4, arg5);

    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) =>
        recording.DeviceModelOp(domain, buffers, count);

    public void* AcquireBuffer(nuint size) => recording.Acquire(size);

    public void ReleaseBuffer(void* buffer) => recording.Release(buffer);
}
