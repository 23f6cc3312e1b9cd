using System;
using System.Numerics;
using System.Threading;

namespace Xen.DeviceModel;

/// <summary>Which frames of one 2 MiB piece of guest memory are mapped.</summary>
internal sealed class ForeignMemoryChunk
{
    /// <summary>Frames in a chunk: a balance between calls to Xen and pages mapped for nothing.</summary>
    internal const int Frames = 512;

    private const int BitsPerWord = 64;

    private readonly ulong[] _mapped = new ulong[Frames / BitsPerWord];

    /// <summary>Takes the outcome of populating it.</summary>
    /// <param name="errors">0 for each frame that was mapped.</param>
    internal ForeignMemoryChunk(ReadOnlySpan<int> errors)
    {
        for (var i = 0; i < errors.Length; i++)
        {
            if (errors[i] == 0)
                _mapped[i / BitsPerWord] |= 1UL << (i % BitsPerWord);
        }
    }

    /// <summary>How many frames are mapped.</summary>
    internal int MappedCount
    {
        get
        {
            var count = 0;
            for (var i = 0; i < _mapped.Length; i++)
                count += BitOperations.PopCount(Volatile.Read(ref _mapped[i]));
            return count;
        }
    }

    internal bool IsMapped(ulong frame)
    {
        var index = frame % Frames;
        return (Volatile.Read(ref _mapped[index / BitsPerWord]) >> (int)(index % BitsPerWord) & 1) != 0;
    }

    internal void SetMapped(ulong frame)
    {
        var index = frame % Frames;
        Interlocked.Or(ref _mapped[index / BitsPerWord], 1UL << (int)(index % BitsPerWord));
    }
}
