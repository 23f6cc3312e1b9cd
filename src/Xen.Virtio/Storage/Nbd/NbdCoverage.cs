using System;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>Which bytes of a read have been answered. Chunks may come in any order, but none twice.</summary>
internal sealed class NbdCoverage
{
    // Chunks that follow each other are one run. No server needs this many.
    private const int MaxRuns = 256;

    private readonly (int Start, int End)[] _runs = new (int, int)[MaxRuns];
    private int _count;

    /// <summary>Starts anew.</summary>
    public void Clear() => _count = 0;

    /// <summary>Whether all of the first bytes have been answered.</summary>
    public bool Covers(int length) => length == 0 || (_count == 1 && _runs[0] == (0, length));

    /// <summary>Adds a chunk.</summary>
    /// <param name="start">First byte.</param>
    /// <param name="length">How many, 1 or more.</param>
    /// <returns>False if one of the bytes is there already, or if there are too many runs.</returns>
    public bool TryAdd(int start, int length)
    {
        var end = start + length;

        // The first run that ends at the start or after it.
        var index = 0;
        while (index < _count && _runs[index].End < start)
            index++;

        var touchesBefore = index < _count && _runs[index].End == start;
        var next = touchesBefore ? index + 1 : index;
        if (next < _count && _runs[next].Start < end)
            return false;

        var touchesAfter = next < _count && _runs[next].Start == end;
        if (touchesBefore)
        {
            _runs[index].End = touchesAfter ? _runs[next].End : end;
            if (touchesAfter)
                Remove(next);
        }
        else if (touchesAfter)
        {
            _runs[next].Start = start;
        }
        else
        {
            return TryInsert(index, (start, end));
        }

        return true;
    }

    private bool TryInsert(int index, (int Start, int End) run)
    {
        if (_count == MaxRuns)
            return false;
        Array.Copy(_runs, index, _runs, index + 1, _count - index);
        _runs[index] = run;
        _count++;
        return true;
    }

    private void Remove(int index)
    {
        _count--;
        Array.Copy(_runs, index + 1, _runs, index, _count - index);
    }
}
