using System;
using System.Threading;
using Xen.Machine;
using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>
/// A window onto a domain's memory, populated chunk by chunk where it is first reached. Pages that Xen would not map
/// are known and never touched: a touch would be a bus error, which no runtime can catch.
/// </summary>
internal sealed unsafe class ForeignMemoryMap : GuestMemoryMap
{
    private readonly IForeignWindow _window;
    private readonly ForeignMemoryChunk?[] _chunks;
    private readonly Lock _populate = new();

    internal ForeignMemoryMap(IForeignWindow window)
    {
        _window = window;
        var chunks = (window.FrameCount + ForeignMemoryChunk.Frames - 1) / ForeignMemoryChunk.Frames;
        _chunks = new ForeignMemoryChunk?[chunks];
    }

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

    protected override void Release() => _window.Dispose();

    private bool IsMapped(ulong frame)
    {
        var index = frame / ForeignMemoryChunk.Frames;
        var chunk = Volatile.Read(ref _chunks[index]) ?? Populate(index);
        return chunk.IsMapped(frame) || Retry(chunk, frame);
    }

    private ForeignMemoryChunk Populate(ulong index)
    {
        lock (_populate)
        {
            if (_chunks[index] is { } other)
                return other;

            var first = index * ForeignMemoryChunk.Frames;
            var count = (int)Math.Min(ForeignMemoryChunk.Frames, _window.FrameCount - first);
            Span<int> errors = stackalloc int[count];
            _window.Populate(new GuestFrameNumber(first), errors);
            var chunk = new ForeignMemoryChunk(errors);
            Volatile.Write(ref _chunks[index], chunk);
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
