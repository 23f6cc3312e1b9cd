namespace Xen.Sys;

/// <summary>Hypercall-safe memory for a structure and, behind it, the list that the structure points to.</summary>
// SAFETY: the address behind the structure is within the buffer or, without a list, right behind it.
internal static unsafe class HypercallList
{
    /// <summary>How many elements fit into a page behind the structure.</summary>
    internal static int Capacity<TArgument, TElement>()
        where TArgument : unmanaged
        where TElement : unmanaged => (XenPage.Size - sizeof(TArgument)) / sizeof(TElement);

    /// <summary>Takes zeroed memory for both.</summary>
    /// <param name="transport">The way to Xen.</param>
    /// <param name="count">Number of elements, at most the capacity.</param>
    /// <param name="list">The list; meaningless if there is no memory.</param>
    /// <returns>The structure, to be given back with ReleaseBuffer; null if there is no memory.</returns>
    internal static TArgument* Acquire<T, TArgument, TElement>(T transport, int count, out TElement* list)
        where T : IHypercallTransport, allows ref struct
        where TArgument : unmanaged
        where TElement : unmanaged
    {
        var size = sizeof(TArgument) + (count * sizeof(TElement));
        var argument = (TArgument*)transport.AcquireBuffer((nuint)size);
        list = (TElement*)(argument + 1);
        return argument;
    }
}
