using System;

namespace Xen.Sys;

/// <summary>Carries arrays of structures to Xen and back, as many as a page holds at a time.</summary>
// SAFETY: pointers lead into a buffer of AcquireBuffer, which is as large as was asked for and the caller's until it is
// released. A structure, or an array of them, fills it.
internal static unsafe class HypercallBatch
{
    /// <summary>How many elements one hypercall takes.</summary>
    internal static int Capacity<TElement>()
        where TElement : unmanaged => XenPage.Size / sizeof(TElement);

    /// <summary>Copies elements into hypercall-safe memory.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="elements">At most the capacity.</param>
    /// <returns>The copy, to be given back with ReleaseBuffer; null if there is no memory.</returns>
    internal static TElement* Stage<T, TElement>(T transport, ReadOnlySpan<TElement> elements)
        where T : IHypercallTransport, allows ref struct
        where TElement : unmanaged
    {
        var buffer = (TElement*)transport.AcquireBuffer((nuint)(elements.Length * sizeof(TElement)));
        if (buffer is not null)
            elements.CopyTo(new Span<TElement>(buffer, elements.Length));
        return buffer;
    }
}
