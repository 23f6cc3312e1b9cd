using System;

namespace Xen.Sys;

/// <summary>The <c>grant_table_op</c> hypercall, public/grant_table.h: pages that domains let others use.</summary>
/// <remarks>
/// Two answers: the result says whether Xen looked at the operation at all, a <see cref="GrantStatus"/> how each one
/// went. Batches may have any length; Xen gets a page of them at a time. If the result is a failure, operations that Xen
/// did not reach have the status <see cref="GrantStatus.GeneralError"/>, never <see cref="GrantStatus.Okay"/>.
/// <c>GNTTABOP_transfer</c> is not here: nobody gives whole pages away any more.
/// </remarks>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released. A structure, or an array of them, fills it.
public static unsafe partial class GrantTableOp
{
    private static HypercallResult InvokeOne<T, TOperation>(T transport, ulong command, ref TOperation operation)
        where T : IHypercallTransport, allows ref struct
        where TOperation : unmanaged => InvokeBatch(transport, command, new Span<TOperation>(ref operation));

    private static HypercallResult InvokeBatch<T, TOperation>(
        T transport, ulong command, Span<TOperation> operations)
        where T : IHypercallTransport, allows ref struct
        where TOperation : unmanaged
    {
        var result = default(HypercallResult);
        while (!operations.IsEmpty && result.IsSuccess)
        {
            var chunk = operations[..Math.Min(operations.Length, HypercallBatch.Capacity<TOperation>())];
            operations = operations[chunk.Length..];
            var staged = HypercallBatch.Stage<T, TOperation>(transport, chunk);
            if (staged is null)
                return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
            result = transport.Invoke(
                XenAbi.__HYPERVISOR_grant_table_op, command, (ulong)staged, (ulong)chunk.Length);
            new ReadOnlySpan<TOperation>(staged, chunk.Length).CopyTo(chunk);
            transport.ReleaseBuffer(staged);
        }

        return result;
    }
}
