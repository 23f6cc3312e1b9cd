using System;
using System.Numerics;

namespace Xen.Sys;

/// <summary>The hypercall buffers of a <see cref="DirectTransport"/>: pages that the program gives once.</summary>
/// <remarks>Not for several vCPUs at once: it has no lock.</remarks>
// SAFETY: every address that is handed out lies within the pages that the program gave, and is handed out once until it is
// given back.
public unsafe struct DirectBuffers
{
    /// <summary>The most pages that are used.</summary>
    public const int MaximumPages = 64;

    private readonly byte* _memory;

    // One bit per page: those in use, and of these, the last one of each buffer.
    private ulong _taken;
    private ulong _ends;

    /// <summary>Buffers in this memory.</summary>
    /// <param name="memory">Whole pages, mapped for good; null for none.</param>
    /// <param name="pages">How many; of more than <see cref="MaximumPages"/>, the first ones are used.</param>
    public DirectBuffers(void* memory, int pages)
    {
        _memory = (byte*)memory;
        var usable = memory is null ? 0 : Math.Clamp(pages, 0, MaximumPages);
        _taken = ~Run(usable);
        _ends = 0;
    }

    /// <summary>Takes as many pages in a row as hold a buffer of this size, and clears it.</summary>
    /// <returns>The buffer, at the start of a page; null if there are not as many pages in a row.</returns>
    internal void* Acquire(nuint size)
    {
        if (size > MaximumPages * XenPage.Size)
            return null;

        var pages = Math.Max(1, (int)((size + XenPage.Size - 1) / XenPage.Size));
        var run = Run(pages);
        for (var first = 0; first + pages <= MaximumPages; first++)
        {
            if ((_taken & (run << first)) != 0)
                continue;

            _taken |= run << first;
            _ends |= 1UL << (first + pages - 1);
            var buffer = _memory + ((nuint)first * XenPage.Size);
            new Span<byte>(buffer, (int)size).Clear();
            return buffer;
        }

        return null;
    }

    /// <summary>Gives a buffer back; null is ignored.</summary>
    internal void Release(void* buffer)
    {
        if (buffer is null)
            return;

        var first = (int)((nuint)((byte*)buffer - _memory) / XenPage.Size);
        var pages = 1 + BitOperations.TrailingZeroCount(_ends >> first);
        _taken &= ~(Run(pages) << first);
        _ends &= ~(1UL << (first + pages - 1));
    }

    private static ulong Run(int pages) => pages == MaximumPages ? ulong.MaxValue : (1UL << pages) - 1;
}
