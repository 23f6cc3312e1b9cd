using System;

namespace Xen.Sys;

/// <summary>The <c>multicall</c> hypercall, public/xen.h: several hypercalls at once.</summary>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released. A structure, or an array of them, fills it.
public static unsafe class Multicall
{
    /// <summary>Issues hypercalls one after the other.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="calls">
    /// <c>op</c> (<c>__HYPERVISOR_*</c>) and <c>args</c> go in, <c>result</c> comes out: Xen's answer to that call, a
    /// negative error number as in C. Any number of calls; Xen gets 64 at a time. Pointers among the arguments must come
    /// from <see cref="IHypercallTransport.AcquireBuffer"/>.
    /// </param>
    /// <returns>
    /// A success even if single calls failed: look at each <c>result</c>. EFAULT or ENOMEM if they could not be passed;
    /// calls that Xen did not reach then have the result -EAGAIN.
    /// </returns>
    /// <remarks><c>__HYPERVISOR_multicall</c>, public/xen.h; stable.</remarks>
    public static HypercallResult Invoke<T>(T transport, Span<multicall_entry> calls)
        where T : IHypercallTransport, allows ref struct
    {
        foreach (ref var call in calls)
            call.result = unchecked((ulong)-XenAbi.XEN_EAGAIN);

        var result = default(HypercallResult);
        while (!calls.IsEmpty && result.IsSuccess)
        {
            var chunk = calls[..Math.Min(calls.Length, HypercallBatch.Capacity<multicall_entry>())];
            calls = calls[chunk.Length..];
            var staged = HypercallBatch.Stage<T, multicall_entry>(transport, chunk);
            if (staged is null)
                return HypercallResult.Failure(XenAbi.XEN_ENOMEM);
            result = transport.Invoke(XenAbi.__HYPERVISOR_multicall, (ulong)staged, (ulong)chunk.Length);
            new ReadOnlySpan<multicall_entry>(staged, chunk.Length).CopyTo(chunk);
            transport.ReleaseBuffer(staged);
        }

        return result;
    }
}
