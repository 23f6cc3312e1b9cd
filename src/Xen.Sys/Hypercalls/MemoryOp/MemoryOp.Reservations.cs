using System;

namespace Xen.Sys;

/// <content>Giving memory to domains and taking it back, in extents of 2^order pages.</content>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released: room for the structure and, right behind it, for the lists.
public static unsafe partial class MemoryOp
{
    /// <summary>Gives a PV domain memory that has no place in its address space yet.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="extents">Filled with the first machine frame of each extent; any number of extents.</param>
    /// <param name="order">Base-two logarithm of the pages of an extent.</param>
    /// <param name="flags"><c>XENMEMF_*</c>: address bits in bits 0 to 7, NUMA node plus one in bits 8 to 15, and others.</param>
    /// <param name="done">How many extents it got, when the result is a success.</param>
    /// <returns>
    /// Xen's result. Fewer extents than asked for are a success: Xen could give no more, or there is no such domain, or
    /// the order is larger than the caller may ask for. ENOMEM if the transport has no buffer left.
    /// </returns>
    /// <remarks><c>XENMEM_increase_reservation</c>, public/memory.h; stable.</remarks>
    public static HypercallResult IncreaseReservation<T>(
        T transport, DomainId domain, Span<ulong> extents, uint order, uint flags, out int done)
        where T : IHypercallTransport, allows ref struct =>
        Reserve(transport, XenAbi.XENMEM_increase_reservation, domain, extents, extents, order, flags, out done);

    /// <summary>Puts memory at places of a domain's address space.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="extents">
    /// First guest frame of each extent; any number of extents. For a PV domain overwritten with machine frames.
    /// </param>
    /// <param name="order">Base-two logarithm of the pages of an extent: 0, 9 for 2 MiB, 18 for 1 GiB.</param>
    /// <param name="flags"><c>XENMEMF_*</c>, such as <c>XENMEMF_populate_on_demand</c>; usually 0.</param>
    /// <param name="done">How many extents were populated, when the result is a success.</param>
    /// <returns>
    /// Xen's result. Fewer extents than asked for are a success: the first that failed and those behind it are as they
    /// were; none if there is no such domain or the order is larger than the caller may ask for. EINVAL for flags that
    /// the domain cannot have; ENOMEM if the transport has no buffer left.
    /// </returns>
    /// <remarks><c>XENMEM_populate_physmap</c>, public/memory.h; stable.</remarks>
    public static HypercallResult PopulatePhysmap<T>(
        T transport, DomainId domain, Span<ulong> extents, uint order, uint flags, out int done)
        where T : IHypercallTransport, allows ref struct =>
        Reserve(transport, XenAbi.XENMEM_populate_physmap, domain, extents, extents, order, flags, out done);

    /// <summary>Takes memory from a domain.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="extents">First guest frame of each extent; any number of extents.</param>
    /// <param name="order">Base-two logarithm of the pages of an extent.</param>
    /// <param name="done">How many extents were freed, when the result is a success.</param>
    /// <returns>
    /// Xen's result. Fewer extents than asked for are a success: the one behind the last freed one could not be freed,
    /// or there is no such domain. ENOMEM if the transport has no buffer left.
    /// </returns>
    /// <remarks><c>XENMEM_decrease_reservation</c>, public/memory.h; stable.</remarks>
    public static HypercallResult DecreaseReservation<T>(
        T transport, DomainId domain, ReadOnlySpan<ulong> extents, uint order, out int done)
        where T : IHypercallTransport, allows ref struct =>
        Reserve(transport, XenAbi.XENMEM_decrease_reservation, domain, extents, [], order, flags: 0, out done);

    /// <summary>Claims memory of the machine for a domain, without giving it any yet.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="domain">The domain. Its older claim is replaced.</param>
    /// <param name="pages">Pages of 4 KiB that it is to have in all, those it has included; 0 ends the claim.</param>
    /// <returns>
    /// Xen's result; ENOMEM if the machine has not that much left (or the transport no buffer); EINVAL if the domain
    /// has more already or may not have so much, or there is no such domain; EPERM if not privileged.
    /// </returns>
    /// <remarks><c>XENMEM_claim_pages</c>, public/memory.h; for tools, so it may change.</remarks>
    public static HypercallResult ClaimPages<T>(T transport, DomainId domain, ulong pages)
        where T : IHypercallTransport, allows ref struct
    {
        var reservation = new xen_memory_reservation { nr_extents = pages, domid = domain.Value };
        return Invoke(transport, XenAbi.XENMEM_claim_pages, ref reservation);
    }

    // As many calls as pages are needed for the list; a short count is where Xen stopped. Xen's list goes back into answers,
    // which are as many as the extents, or none.
    private static HypercallResult Reserve<T>(
        T transport, ulong subOperation, DomainId domain, ReadOnlySpan<ulong> extents, Span<ulong> answers, uint order,
        uint flags, out int done)
        where T : IHypercallTransport, allows ref struct
    {
        done = 0;
        while (done < extents.Length)
        {
            var room = HypercallList.Capacity<xen_memory_reservation, ulong>();
            var chunk = extents.Slice(done, Math.Min(room, extents.Length - done));
            var answered = answers.IsEmpty ? [] : answers.Slice(done, chunk.Length);
            var result = ReserveChunk(transport, subOperation, domain, chunk, answered, order, flags);

            // What an earlier call did is done: that part is reported, as Xen itself does within one call.
            if (!result.IsSuccess)
                return done == 0 ? result : new HypercallResult(done);
            var count = (int)Math.Min(result.Value, chunk.Length);
            done += count;
            if (count < chunk.Length)
                break;
        }

        return new HypercallResult(done);
    }

    private static HypercallResult ReserveChunk<T>(
        T transport, ulong subOperation, DomainId domain, ReadOnlySpan<ulong> extents, Span<ulong> answers, uint order,
        uint flags)
        where T : IHypercallTransport, allows ref struct
    {
        var reservation = HypercallList.Acquire<T, xen_memory_reservation, ulong>(
            transport, extents.Length, out var list);
        if (reservation is null)
            return HypercallResult.Failure(XenAbi.XEN_ENOMEM);

        var staged = new Span<ulong>(list, extents.Length);
        extents.CopyTo(staged);
        reservation->extent_start = list;
        reservation->nr_extents = (ulong)extents.Length;
        reservation->extent_order = order;
        reservation->mem_flags = flags;
        reservation->domid = domain.Value;
        var result = transport.Invoke(XenAbi.__HYPERVISOR_memory_op, subOperation, (ulong)reservation);
        if (result.IsSuccess)
            staged[..answers.Length].CopyTo(answers);
        transport.ReleaseBuffer(reservation);
        return result;
    }
}
