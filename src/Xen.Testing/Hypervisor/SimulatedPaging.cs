using System;
using System.Collections.Generic;

namespace Xen.Testing.Hypervisor;

/// <summary>Which pages of a domain were written, for those who ask. Used under the domain's gate.</summary>
/// <remarks>Guest code does not run here: a test says what its guest wrote, by <see cref="SimulatedDomain.MarkDirty"/>.</remarks>
internal sealed class SimulatedPaging
{
    private readonly HashSet<ulong> _dirty = [];
    private readonly HashSet<ulong> _dirtyVideo = [];
    private (ulong First, uint Count) _video;

    /// <summary>True while writes are logged.</summary>
    internal bool LogsDirtyPages { get; private set; }

    /// <summary>Memory for page tables, in MiB.</summary>
    internal uint Allocation { get; set; } = 1;

    internal int DirtyCount => _dirty.Count;

    internal void SetLogging(bool isOn)
    {
        LogsDirtyPages = isOn;
        _dirty.Clear();
    }

    /// <summary>A page was written.</summary>
    internal void Note(ulong frame)
    {
        if (LogsDirtyPages)
            _dirty.Add(frame);
        if (frame - _video.First < _video.Count)
            _dirtyVideo.Add(frame);
    }

    /// <summary>Tells which pages were written.</summary>
    /// <param name="bitmap">A bit per page.</param>
    /// <param name="isCleaned">From now on they count as clean.</param>
    internal void Tell(Span<byte> bitmap, bool isCleaned)
    {
        bitmap.Clear();
        foreach (var frame in _dirty)
        {
            if (frame / 8 < (ulong)bitmap.Length)
                bitmap[(int)(frame / 8)] |= (byte)(1 << (int)(frame % 8));
        }

        if (isCleaned)
            _dirty.Clear();
    }

    /// <summary>Tells which pages of a range were written since the last call for it; of a new range, all.</summary>
    internal void Track(ulong first, uint count, Span<byte> bitmap)
    {
        bitmap.Clear();
        var isNew = _video != (first, count);
        _video = (first, count);
        for (var i = 0u; i < count; i++)
        {
            if (isNew || _dirtyVideo.Contains(first + i))
                bitmap[(int)(i / 8)] |= (byte)(1 << (int)(i % 8));
        }

        _dirtyVideo.Clear();
    }

    internal void StopTracking()
    {
        _video = default;
        _dirtyVideo.Clear();
    }
}
