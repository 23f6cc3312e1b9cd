using System;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using Xen.Sys;

namespace Xen.Testing.Frames;

/// <summary>The memory of a simulated machine: frames that are counted references to, whoever maps them.</summary>
/// <remarks>
/// A frame belongs to whoever took it and to everyone who maps it, and is free again, and zero, when the last of them
/// lets go. Memory of the host is used only for frames that were written to. Thread-safe; nothing else is locked under
/// its lock.
/// </remarks>
// SAFETY: the mapping has all frames of the machine, callers name frames that they hold a reference to, and the mapping
// stays until nobody refers to this object.
internal sealed unsafe class MachineMemory
{
    private readonly Lock _gate = new();
    private readonly FrameAllocator _allocator;
    private readonly SafeFileHandle _file;
    private readonly byte* _address;
    private readonly nuint _length;
    private int[] _references = new int[1024];

    internal MachineMemory(int frames)
    {
        _allocator = new FrameAllocator(frames);
        _length = (nuint)frames << XenPage.Shift;
        _file = HostMemory.CreateFile("simulated machine", (long)_length);
        _address = HostMemory.MapFile(
            null, _length, HostMemory.ProtectionRead | HostMemory.ProtectionWrite, _file, 0);
        FrameCount = frames;
    }

    ~MachineMemory() => HostMemory.Unmap(_address, _length);

    internal int FrameCount { get; }

    internal int FreeCount
    {
        get
        {
            lock (_gate)
                return _allocator.FreeCount;
        }
    }

    /// <summary>Takes neighbouring frames, zeroed, with one reference each.</summary>
    /// <returns>False if there are not as many.</returns>
    internal bool TryAllocate(int count, out int first)
    {
        lock (_gate)
        {
            if (!_allocator.TryTake(count, out first))
                return false;
            if (first + count > _references.Length)
                Array.Resize(ref _references, Math.Max(first + count, _references.Length * 2));
            _references.AsSpan(first, count).Fill(1);
            return true;
        }
    }

    /// <summary>One more holds a frame.</summary>
    internal void Hold(int frame)
    {
        lock (_gate)
            _references[frame]++;
    }

    /// <summary>One less holds a frame: the last one frees it.</summary>
    /// <returns>True if it is free now.</returns>
    internal bool Release(int frame)
    {
        lock (_gate)
        {
            if (--_references[frame] != 0)
                return false;
            Free(frame, 1);
            return true;
        }
    }

    /// <summary>As <see cref="Release(int)"/>, of many: neighbours in the list are freed together.</summary>
    internal void Release(ReadOnlySpan<int> frames)
    {
        lock (_gate)
        {
            var (first, count) = (0, 0);
            foreach (var frame in frames)
            {
                if (--_references[frame] != 0)
                    continue;
                if (count != 0 && first + count != frame)
                    Free(first, count);
                (first, count) = count != 0 && first + count == frame ? (first, count + 1) : (frame, 1);
            }

            Free(first, count);
        }
    }

    /// <summary>From now on nothing is mapped, and what is freed is not cleared. What is mapped stays.</summary>
    internal void CloseFile()
    {
        lock (_gate)
            _file.Dispose();
    }

    internal int CountReferences(int frame)
    {
        lock (_gate)
            return _references[frame];
    }

    /// <summary>Where a frame is always seen, whoever it belongs to.</summary>
    internal byte* Locate(int frame) => _address + ((nuint)frame << XenPage.Shift);

    /// <summary>Shows neighbouring frames at an address, in place of what is there.</summary>
    /// <exception cref="InvalidOperationException">The host refuses.</exception>
    internal void MapAt(byte* address, int first, int count, int protection) =>
        HostMemory.MapFile(address, (nuint)count << XenPage.Shift, protection, _file, (long)first << XenPage.Shift);

    private void Free(int first, int count)
    {
        if (count == 0)
            return;
        if (!_file.IsClosed)
            HostMemory.Discard(_file, (long)first << XenPage.Shift, (long)count << XenPage.Shift);
        _allocator.Return(first, count);
    }
}
