using System;
using System.Collections.Concurrent;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>
/// A window onto a domain's memory, populated chunk by chunk where it is first reached. Pages that Xen would not map
/// are known and never touched: a touch would be a bus error, which no runtime can catch.
/// </summary>
/// <remarks>
/// Each chunk is a mapping of the kernel's, and maybe a gap before it, and a process may have 65530 of them: so the
/// number of chunks has a limit. A guest decides where its devices reach, but not how much this process holds.
/// </remarks>
internal sealed unsafe class ForeignMemoryMap : GuestMemoryMap
{
    /// <summary>Chunks after which a map counts as full: 16 GiB in use.</summary>
    internal const int FullCount = 8192;

    /// <summary>Chunks that are mapped at once at most: so many that a device still finds room for others.</summary>
    internal const int AtOnceCount = FullCount - 1024;

    // Chunks without a page after which a bank is left: a balloon driver takes its pages from the end, as a rule.
    private const int MostEmpty = 64;

    // Reached only by a device that stays in one view: its accesses to further chunks fail.
    private const int LimitCount = 2 * FullCount;

    private readonly IForeignWindow _window;
    private readonly ConcurrentDictionary<ulong, ForeignMemoryChunk> _chunks = new();
    private readonly Lock _populate = new();
    private int _count;

    internal ForeignMemoryMap(IForeignWindow window) => _window = window;

    /// <summary>True if it is time to start over with an empty map.</summary>
    internal bool IsFull => Volatile.Read(ref _count) >= FullCount;

    public override bool TryGetSpan(ulong address, int length, GuestAccess access, out Span<byte> span)
    {
        span = default;
        var size = _window.FrameCount << XenPage.Shift;
        if (address >= size || (ulong)length > size - address)
            return false;
        if (length == 0)
            return true;

        var last = (address + (ulong)length - 1) >> XenPage.Shift;
        for (var frame = address >> XenPage.Shift; frame <= last; frame++)
        {
            if (!IsMapped(frame))
                return false;
        }

        // SAFETY: every page of the range is mapped, and stays so while the caller's pin holds the window.
        span = new Span<byte>(_window.Address + address, length);
        return true;
    }

    /// <summary>Maps the chunks of banks; see <see cref="ForeignGuestMemory.MapAtOnce"/> for where that ends.</summary>
    /// <returns>How many pages they have.</returns>
    internal long PopulateAll(GuestRamLayout layout)
    {
        long found = 0;
        foreach (var bank in layout.Banks)
        {
            // Xen's word, which is the guest's: it must not lead out of the window.
            var end = Math.Min(bank.First.Value + bank.FrameCount, _window.FrameCount);
            var empty = 0;
            for (var frame = bank.First.Value; frame < end && empty < MostEmpty; frame += ForeignMemoryChunk.Frames)
            {
                if ((ulong)found + ForeignMemoryChunk.Frames > layout.PageCount || Volatile.Read(ref _count) >= AtOnceCount)
                    return found;
                if (Populate(frame / ForeignMemoryChunk.Frames) is not { } chunk)
                    return found;
                var pages = chunk.MappedCount;
                empty = pages == 0 ? empty + 1 : 0;
                found += pages;
            }
        }

        return found;
    }

    protected override void Release() => _window.Dispose();

    private bool IsMapped(ulong frame)
    {
        var index = frame / ForeignMemoryChunk.Frames;
        if (!_chunks.TryGetValue(index, out var chunk))
            chunk = Populate(index);
        return chunk is not null && (chunk.IsMapped(frame) || Retry(chunk, frame));
    }

    // Null if the chunk as a whole cannot be mapped now: the next access tries again.
    private ForeignMemoryChunk? Populate(ulong index)
    {
        lock (_populate)
        {
            if (_chunks.TryGetValue(index, out var other))
                return other;
            if (_count >= LimitCount)
                return null;

            var first = index * ForeignMemoryChunk.Frames;
            var count = (int)Math.Min(ForeignMemoryChunk.Frames, _window.FrameCount - first);
            Span<int> errors = stackalloc int[count];
            if (!_window.Populate(new GuestFrameNumber(first), errors).IsSuccess)
                return null;

            var chunk = new ForeignMemoryChunk(errors);
            _chunks[index] = chunk;
            Volatile.Write(ref _count, _count + 1);
            return chunk;
        }
    }

    // The guest may have put memory where there was none: a balloon that deflates, for instance.
    private bool Retry(ForeignMemoryChunk chunk, ulong frame)
    {
        lock (_populate)
        {
            if (!chunk.IsMapped(frame) && _window.Retry(new GuestFrameNumber(frame)) == 0)
                chunk.SetMapped(frame);
            return chunk.IsMapped(frame);
        }
    }
}
