using System;
using System.Collections.Generic;

namespace Xen.Testing.Frames;

/// <summary>Which machine frame a domain has at which guest frame number. Used under the domain's gate.</summary>
internal sealed class PhysicalMap
{
    /// <summary>No guest frame number has this or more: an x86 domain has 48 bits of physical address at most.</summary>
    internal const ulong Limit = 1UL << 36;

    private const int ChunkShift = 9;
    private const int ChunkLength = 1 << ChunkShift;

    // A chunk's entries: 0, a machine frame, or the complement of one that is paged out.
    private readonly Dictionary<ulong, int[]> _chunks = [];

    /// <summary>Number of pages that are present.</summary>
    internal int Count { get; private set; }

    /// <summary>The highest number that a page was ever put at; 0 if none was.</summary>
    internal ulong Highest { get; private set; }

    /// <summary>What is at a guest frame number.</summary>
    /// <param name="gfn">The number.</param>
    /// <param name="frame">The machine frame, also of a page that is paged out; 0 if there is nothing.</param>
    internal PageState Get(ulong gfn, out int frame)
    {
        frame = _chunks.TryGetValue(gfn >> ChunkShift, out var chunk) ? chunk[gfn % ChunkLength] : 0;
        if (frame >= 0)
            return frame == 0 ? PageState.Absent : PageState.Present;
        frame = ~frame;
        return PageState.PagedOut;
    }

    /// <summary>Puts something at a guest frame number, in place of what is there.</summary>
    /// <param name="gfn">The number, below <see cref="Limit"/>.</param>
    /// <param name="state">What is there from now on.</param>
    /// <param name="frame">The machine frame; ignored for <see cref="PageState.Absent"/>.</param>
    internal void Set(ulong gfn, PageState state, int frame)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(gfn, Limit);
        if (!_chunks.TryGetValue(gfn >> ChunkShift, out var chunk))
        {
            if (state == PageState.Absent)
                return;
            _chunks.Add(gfn >> ChunkShift, chunk = new int[ChunkLength]);
        }

        ref var entry = ref chunk[gfn % ChunkLength];
        Count += (state == PageState.Present ? 1 : 0) - (entry > 0 ? 1 : 0);
        entry = state switch
        {
            PageState.Present => frame,
            PageState.PagedOut => ~frame,
            _ => 0,
        };
        if (state != PageState.Absent)
            Highest = Math.Max(Highest, gfn);
    }

    /// <summary>All pages, in the order of their numbers: present ones and those that are paged out.</summary>
    internal List<(ulong Gfn, PageState State, int Frame)> ToList()
    {
        var pages = new List<(ulong Gfn, PageState State, int Frame)>(Count);
        var numbers = new List<ulong>(_chunks.Keys);
        numbers.Sort();
        foreach (var number in numbers)
        {
            for (var i = 0UL; i < ChunkLength; i++)
            {
                var gfn = (number << ChunkShift) + i;
                var state = Get(gfn, out var frame);
                if (state != PageState.Absent)
                    pages.Add((gfn, state, frame));
            }
        }

        return pages;
    }
}
