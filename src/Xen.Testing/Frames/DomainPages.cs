using System.Collections.Generic;

namespace Xen.Testing.Frames;

/// <summary>The pages of a domain: its physical map, and the address space in which they are seen. Used under its gate.</summary>
/// <remarks>The domain holds one reference to each of its pages; whoever maps one holds another.</remarks>
internal sealed class DomainPages(MachineMemory machine, int visibleFrames)
{
    private readonly PhysicalMap _map = new();

    // How many more times a page that is paged out is asked for in vain.
    private readonly Dictionary<ulong, int> _absences = [];

    /// <summary>Where the pages are seen as the guest sees them.</summary>
    internal GuestAddressSpace Visible { get; } = new(machine, visibleFrames);

    /// <summary>Number of pages that are present.</summary>
    internal int Count => _map.Count;

    /// <summary>The highest number that ever had a page.</summary>
    internal ulong Highest => _map.Highest;

    /// <summary>What is at a guest frame number. To look does not fetch what is paged out.</summary>
    internal PageState Get(ulong gfn, out int frame) => _map.Get(gfn, out frame);

    /// <summary>All pages, in the order of their numbers: present ones and those that are paged out.</summary>
    internal List<(ulong Gfn, PageState State, int Frame)> ToList() => _map.ToList();

    /// <summary>What somebody finds who wants to map a page: asking for one that is paged out has it fetched.</summary>
    internal PageState Fetch(ulong gfn, out int frame)
    {
        var state = _map.Get(gfn, out frame);
        if (state != PageState.PagedOut || --_absences[gfn] >= 0)
            return state;
        PageIn(gfn);
        return PageState.Present;
    }

    /// <summary>Puts fresh pages, neighbours, in place of what is there.</summary>
    /// <returns>False if the machine has not as many.</returns>
    internal bool TryPopulate(ulong gfn, int count)
    {
        if (gfn >= PhysicalMap.Limit || (ulong)count > PhysicalMap.Limit - gfn || !machine.TryAllocate(count, out var first))
            return false;
        Visible.Show(gfn, first, count);
        for (var i = 0; i < count; i++)
        {
            Drop(gfn + (uint)i);
            _map.Set(gfn + (uint)i, PageState.Present, first + i);
        }

        return true;
    }

    /// <summary>Puts a page that somebody holds, in place of what is there.</summary>
    internal bool TryInsert(ulong gfn, int frame)
    {
        if (gfn >= PhysicalMap.Limit)
            return false;
        machine.Hold(frame);
        Visible.Show(gfn, frame, 1);
        Drop(gfn);
        _map.Set(gfn, PageState.Present, frame);
        return true;
    }

    /// <summary>Takes the page away that is at a number.</summary>
    /// <returns>False if there is none.</returns>
    internal bool TryRemove(ulong gfn)
    {
        if (_map.Get(gfn, out _) == PageState.Absent)
            return false;
        Visible.Hide(gfn, 1);
        Drop(gfn);
        return true;
    }

    /// <summary>A pager takes a page away. It keeps what is in it.</summary>
    /// <param name="gfn">The number.</param>
    /// <param name="absences">How many times it is asked for in vain before it is there again.</param>
    /// <returns>False if there is no page.</returns>
    internal bool TryPageOut(ulong gfn, int absences)
    {
        if (_map.Get(gfn, out var frame) != PageState.Present)
            return false;
        _map.Set(gfn, PageState.PagedOut, frame);
        _absences[gfn] = absences;
        Visible.Hide(gfn, 1);
        return true;
    }

    /// <summary>The pager brings a page back.</summary>
    internal void PageIn(ulong gfn)
    {
        if (_map.Get(gfn, out var frame) != PageState.PagedOut)
            return;
        _absences.Remove(gfn);
        _map.Set(gfn, PageState.Present, frame);
        Visible.Show(gfn, frame, 1);
    }

    /// <summary>The domain dies: lets go of all pages but those that somebody else holds.</summary>
    internal void Relinquish()
    {
        var pages = _map.ToList();
        pages.RemoveAll(page => machine.CountReferences(page.Frame) != 1);
        LetGo(pages);
    }

    /// <summary>The domain is gone: lets go of all pages.</summary>
    internal void RelinquishAll() => LetGo(_map.ToList());

    private void LetGo(List<(ulong Gfn, PageState State, int Frame)> pages)
    {
        for (var (start, end) = (0, 0); start < pages.Count; start = end)
        {
            for (end = start; end < pages.Count && pages[end].Gfn - pages[start].Gfn == (ulong)(end - start); end++)
                _map.Set(pages[end].Gfn, PageState.Absent, 0);
            Visible.Hide(pages[start].Gfn, end - start);
        }

        machine.Release(pages.ConvertAll(static page => page.Frame).ToArray());
    }

    // Shown elsewhere, or not at all, before: a frame that is free may be another domain's in the next moment.
    private void Drop(ulong gfn)
    {
        if (_map.Get(gfn, out var frame) == PageState.Absent)
            return;
        _absences.Remove(gfn);
        _map.Set(gfn, PageState.Absent, 0);
        machine.Release(frame);
    }
}
