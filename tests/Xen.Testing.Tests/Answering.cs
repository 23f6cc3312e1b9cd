using System.Runtime.InteropServices;
using Xen.Sys;

namespace Xen.Testing.Tests;

/// <summary>A transport that answers what it is told to, and remembers what it was asked.</summary>
internal sealed unsafe class Answering : IHypercallTransport
{
    internal HypercallResult Next { get; set; }

    internal uint Hypercall { get; private set; }

    internal ulong LastRegister { get; private set; }

    public HypercallResult Invoke(
        uint hypercall, ulong arg1 = 0, ulong arg2 = 0, ulong arg3 = 0, ulong arg4 = 0, ulong arg5 = 0)
    {
        Hypercall = hypercall;
        LastRegister = arg5;
        return Next;
    }

    public HypercallResult DeviceModelOp(DomainId domain, xen_dm_op_buf* buffers, uint count) => Next;

    public void* AcquireBuffer(nuint size) => NativeMemory.AllocZeroed(size);

    public void ReleaseBuffer(void* buffer) => NativeMemory.Free(buffer);
}
