using System;
using Xen.Sys;
using Xen.Testing.Frames;

namespace Xen.Testing.Hypervisor;

/// <content>Its memory: pages of the simulated machine.</content>
public sealed unsafe partial class SimulatedDomain
{
    private readonly DomainPages _pages;
    private int _mappedPages;

    /// <summary>Its memory as the guest sees it, from address 0.</summary>
    /// <remarks>
    /// Where it has no page, and where one is paged out, what is written is seen by nobody else. The domain must stay
    /// referenced while the span is used.
    /// </remarks>
    public Span<byte> Memory => _pages.Visible.Bytes;

    /// <summary>Pages that somebody else maps, each as often as it is mapped; those of its IOREQ servers, too.</summary>
    public int MappedPages
    {
        get
        {
            lock (Gate)
                return _mappedPages;
        }
    }

    /// <summary>Pages that it has.</summary>
    internal int Reservation
    {
        get
        {
            lock (Gate)
                return _pages.Count;
        }
    }

    /// <summary>The highest guest frame number that ever had a page.</summary>
    internal ulong HighestFrame
    {
        get
        {
            lock (Gate)
                return _pages.Highest;
        }
    }

    /// <summary>Frames that <see cref="Memory"/> shows.</summary>
    internal int FrameCount => _pages.Visible.FrameCount;

    internal byte* Address => _pages.Visible.Address;

    /// <summary>Takes a page away, with what is in it: the device model cannot map it from now on.</summary>
    /// <param name="frame">The guest frame number.</param>
    public void MakeHole(ulong frame) => TryRelease(frame, 1);

    /// <summary>Puts a page, of zeros, where there is none.</summary>
    /// <param name="frame">The guest frame number.</param>
    /// <exception cref="InvalidOperationException">The machine has no page left.</exception>
    public void FillHole(ulong frame)
    {
        lock (Gate)
        {
            if (_pages.Get(frame, out _) == PageState.Absent && !_pages.TryPopulate(frame, 1))
                throw new InvalidOperationException("the simulated machine has no page left");
        }
    }

    /// <summary>A pager takes a page away and keeps what is in it: whoever maps it is told ENOENT.</summary>
    /// <param name="frame">The guest frame number.</param>
    /// <param name="absences">How many times it is asked for in vain: the next time it is there again.</param>
    /// <exception cref="ArgumentException">There is no page.</exception>
    public void PageOut(ulong frame, int absences = int.MaxValue)
    {
        lock (Gate)
        {
            if (!_pages.TryPageOut(frame, absences))
                throw new ArgumentException($"there is no page at {frame:#x}", nameof(frame));
        }
    }

    /// <summary>The pager brings a page back that it had taken away.</summary>
    /// <param name="frame">The guest frame number.</param>
    public void PageIn(ulong frame)
    {
        lock (Gate)
            _pages.PageIn(frame);
    }

    internal bool HasFrame(ulong frame)
    {
        lock (Gate)
            return _pages.Get(frame, out _) == PageState.Present;
    }

    /// <summary>Puts fresh pages at guest frame numbers, in place of those that may be there: all of them, or none.</summary>
    internal bool TryPopulate(ulong first, int count)
    {
        lock (Gate)
        {
            var holes = 0UL;
            for (var i = 0u; i < (uint)count; i++)
                holes += _pages.Get(first + i, out _) == PageState.Absent ? 1UL : 0;
            return !IsDying && (holes == 0 || (ulong)_pages.Count + holes <= MaximumPages)
                && _pages.TryPopulate(first, count);
        }
    }

    /// <summary>Takes the pages away that are at guest frame numbers, up to the first that has none.</summary>
    /// <returns>False if one had none.</returns>
    internal bool TryRelease(ulong first, int count)
    {
        lock (Gate)
        {
            for (var i = 0u; i < (uint)count; i++)
            {
                if (!_pages.TryRemove(first + i))
                    return false;
            }

            return true;
        }
    }

    /// <summary>Puts a page behind all others.</summary>
    internal bool TryAppend(int frame, out ulong gfn)
    {
        lock (Gate)
        {
            gfn = _pages.Highest + 1;
            return _pages.TryInsert(gfn, frame);
        }
    }

    /// <summary>Xen takes hold of a page, if it is there; 0 is none.</summary>
    internal bool TryHold(ulong gfn, out int frame)
    {
        frame = 0;
        if (gfn == 0)
            return true;
        if (_pages.Get(gfn, out frame) != PageState.Present)
            return false;
        _xen.MachineMemory.Hold(frame);
        return true;
    }

    /// <summary>Shows a page of Xen's at a guest frame number, in place of the one that may be there.</summary>
    internal bool TryShow(ulong gfn, int frame)
    {
        lock (Gate)
            return _pages.TryInsert(gfn, frame);
    }

    /// <summary>Moves a page to another place, in place of the one that may be there.</summary>
    /// <returns>False if there is none, or the place is none.</returns>
    internal bool TryMove(ulong from, ulong to)
    {
        lock (Gate)
        {
            if (_pages.Get(from, out var frame) != PageState.Present || !_pages.TryInsert(to, frame))
                return false;
            return from == to || _pages.TryRemove(from);
        }
    }

    /// <summary>Somebody is about to map a page.</summary>
    /// <param name="gfn">The guest frame number.</param>
    /// <param name="frame">The machine frame, with one reference more: <see cref="Unmapped"/> gives it back.</param>
    /// <returns>0, or the positive errno that Xen answers.</returns>
    internal int TryMap(ulong gfn, out int frame)
    {
        lock (Gate)
        {
            switch (_pages.Fetch(gfn, out frame))
            {
                case PageState.Present:
                    Mapped(frame);
                    return 0;
                case PageState.PagedOut:
                    return XenAbi.XEN_ENOENT;
                default:
                    return XenAbi.XEN_EINVAL;
            }
        }
    }

    /// <summary>Somebody maps a page of this domain, or of Xen's on its behalf.</summary>
    internal void Mapped(int frame)
    {
        lock (Gate)
        {
            _xen.MachineMemory.Hold(frame);
            _mappedPages++;
        }
    }

    /// <summary>Somebody has unmapped pages. A dying domain goes with the last one.</summary>
    internal void Unmapped(ReadOnlySpan<int> frames)
    {
        lock (_xen.GrantGate)
        lock (Gate)
        {
            _xen.MachineMemory.Release(frames);
            _mappedPages -= frames.Length;
            if (IsDying)
                Relinquish();
        }
    }

    // Used under both gates. While a page is mapped, its grant's entry may be written, and the table stays.
    private void Relinquish()
    {
        if (_mappedPages != 0)
        {
            _pages.Relinquish();
            return;
        }

        Grants.End();
        _pages.RelinquishAll();
        _xen.Forget(Id);
    }
}
