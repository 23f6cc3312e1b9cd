using System.Collections.Generic;

namespace Xen.Testing.Frames;

/// <summary>Which frames of a machine are free: runs of neighbours, the lowest taken first.</summary>
internal sealed class FrameAllocator
{
    // Sorted, and never two that touch.
    private readonly List<(int First, int Count)> _free;

    /// <summary>Starts with all frames free but frame 0, so that no valid number is 0.</summary>
    internal FrameAllocator(int frames)
    {
        _free = [(1, frames - 1)];
        FreeCount = frames - 1;
    }

    internal int FreeCount { get; private set; }

    /// <summary>Takes neighbouring frames.</summary>
    /// <returns>False if no run of free frames is that long.</returns>
    internal bool TryTake(int count, out int first)
    {
        var index = _free.FindIndex(run => run.Count >= count);
        first = index < 0 ? 0 : _free[index].First;
        if (index < 0)
            return false;

        if (_free[index].Count == count)
            _free.RemoveAt(index);
        else
            _free[index] = (first + count, _free[index].Count - count);
        FreeCount -= count;
        return true;
    }

    /// <summary>Gives neighbouring frames back.</summary>
    internal void Return(int first, int count)
    {
        FreeCount += count;
        var index = _free.BinarySearch((first, 0));
        index = index < 0 ? ~index : index;
        if (index < _free.Count && _free[index].First == first + count)
        {
            count += _free[index].Count;
            _free.RemoveAt(index);
        }

        if (index > 0 && _free[index - 1].First + _free[index - 1].Count == first)
            _free[index - 1] = (_free[index - 1].First, _free[index - 1].Count + count);
        else
            _free.Insert(index, (first, count));
    }
}
