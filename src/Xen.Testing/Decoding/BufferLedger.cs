using System.Collections.Generic;
using System.Threading;

namespace Xen.Testing.Decoding;

/// <summary>The buffers that a decorated transport has given out: the only memory that hypercall arguments point to.</summary>
internal sealed unsafe class BufferLedger
{
    private readonly Lock _gate = new();
    private readonly List<LiveBuffer> _live = [];

    /// <summary>Notes a buffer under the smallest number that is free, so that a run is told as the one before.</summary>
    internal void Add(void* address, nuint size)
    {
        if (address is null)
            return;
        lock (_gate)
        {
            var number = 0;
            while (number < _live.Count && _live[number].Address != 0)
                number++;
            var buffer = new LiveBuffer(number, (nint)address, (int)size);
            if (number == _live.Count)
                _live.Add(buffer);
            else
                _live[number] = buffer;
        }
    }

    /// <summary>Forgets a buffer that is given back.</summary>
    internal void Remove(void* address)
    {
        lock (_gate)
        {
            var index = _live.FindIndex(buffer => buffer.Address == (nint)address);
            if (address is not null && index >= 0)
                _live[index] = default;
        }
    }

    /// <summary>The buffer that an address lies in.</summary>
    internal bool TryFind(ulong address, out LiveBuffer buffer)
    {
        lock (_gate)
        {
            foreach (var live in _live)
            {
                // SAFETY: numbers are compared; nothing is read.
                if (live.Address != 0 && address - (ulong)live.Address < (ulong)live.Size)
                {
                    buffer = live;
                    return true;
                }
            }
        }

        buffer = default;
        return false;
    }
}
