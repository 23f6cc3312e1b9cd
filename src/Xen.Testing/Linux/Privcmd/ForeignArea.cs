using System;
using System.Collections.Generic;
using Xen.Sys;
using Xen.Testing.Frames;
using Xen.Testing.Hypervisor;

namespace Xen.Testing.Linux.Privcmd;

/// <summary>A mapping of privcmd: empty at first, and then with pages of domains, or of Xen, and holes.</summary>
internal sealed unsafe class ForeignArea(MachineMemory machine, int pages, int protection) : VirtualArea
{
    // 0 for a hole.
    private readonly int[] _frames = new int[pages];
    private readonly SimulatedDomain?[] _owners = new SimulatedDomain?[pages];
    private readonly HashSet<DomainId> _asked = [];

    /// <summary>The file that it was mapped from.</summary>
    internal required PrivcmdFile File { get; init; }

    /// <summary>A first batch has been mapped: later ones may only fill holes.</summary>
    internal bool IsPopulated { get; set; }

    internal int PageCount => _frames.Length;

    /// <summary>Whether it was populated with a domain's memory, if only with holes.</summary>
    internal bool Shows(DomainId domain) => _asked.Contains(domain);

    internal int CountPages(DomainId domain) => Array.FindAll(_owners, owner => owner?.Id == domain).Length;

    internal int FrameAt(int page) => _frames[page];

    internal bool IsHole(int first, int count) => !_frames.AsSpan(first, count).ContainsAnyExcept(0);

    internal void Note(DomainId domain) => _asked.Add(domain);

    /// <summary>Takes over a frame that its domain has counted as mapped.</summary>
    internal void Take(int page, SimulatedDomain owner, int frame) => (_frames[page], _owners[page]) = (frame, owner);

    /// <summary>Shows what was taken over.</summary>
    /// <exception cref="InvalidOperationException">The host refuses.</exception>
    internal void Show(int first, int count)
    {
        var end = first + count;
        while (first < end)
        {
            var next = first + 1;
            while (_frames[first] != 0 && next < end && _frames[next] == _frames[next - 1] + 1)
                next++;

            // SAFETY: the pages are this area's, which is in its place.
            if (_frames[first] != 0)
                machine.MapAt((byte*)Start + ((nuint)first << XenPage.Shift), _frames[first], next - first, protection);
            first = next;
        }
    }

    /// <summary>Makes holes of pages.</summary>
    internal void Hide(int first, int count)
    {
        if (IsHole(first, count))
            return;

        // SAFETY: the pages are this area's, which is in its place.
        var address = (byte*)Start + ((nuint)first << XenPage.Shift);
        HostMemory.MapFresh(address, (nuint)count << XenPage.Shift, HostMemory.ProtectionNone);
        Drop(first, count);
    }

    // Nothing shows the pages any more.
    private void Drop(int first, int count)
    {
        var end = first + count;
        while (first < end)
        {
            var (owner, next) = (_owners[first], first);
            while (next < end && _owners[next] == owner)
                next++;
            owner?.Unmapped(_frames.AsSpan(first, next - first));
            _frames.AsSpan(first, next - first).Clear();
            _owners.AsSpan(first, next - first).Clear();
            first = next;
        }
    }

    internal override void Vanish()
    {
        File.AreaVanished(this);
        Drop(0, PageCount);
    }
}
