using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Threading;

namespace TestSupport;

/// <summary>A domain's side of the page with two rings of bytes that it shares with the store's daemon.</summary>
/// <remarks>The indices run freely, modulo 2^32; each is written by one side only.</remarks>
// SAFETY: _page is the start of a mapping of Size bytes that lives until Dispose, and the offsets lie within; the other
// side's indices are checked before they are used.
internal sealed unsafe class RingPage : IDisposable
{
    private const int Size = 4096;
    private const int RingSize = 1024;
    private const int Requests = 0;
    private const int Responses = 1024;
    private const int RequestsConsumed = 2048;
    private const int RequestsProduced = 2052;
    private const int ResponsesConsumed = 2056;
    private const int ResponsesProduced = 2060;
    private const int ServerFeaturesAt = 2064;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _page;

    public RingPage(string path)
    {
        // The old file may still be mapped by a daemon that does not know yet that its domain is gone.
        File.Delete(path);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.CreateNew, null, Size);
        _view = _file.CreateViewAccessor(0, Size);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _page);
    }

    /// <summary>What the daemon says that it can do.</summary>
    public uint ServerFeatures => Volatile.Read(ref Index(ServerFeaturesAt));

    public bool HasRoom =>
        Used(Index(RequestsProduced), Volatile.Read(ref Index(RequestsConsumed))) < RingSize;

    public bool HasResponses =>
        Used(Volatile.Read(ref Index(ResponsesProduced)), Index(ResponsesConsumed)) > 0;

    /// <summary>Empties both rings. Nobody may use them at that time.</summary>
    public void Clear() => new Span<byte>(_page, Size).Clear();

    /// <summary>Copies what there is room for, and returns how much that was.</summary>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        uint produced = Index(RequestsProduced);
        uint used = Used(produced, Volatile.Read(ref Index(RequestsConsumed)));
        int count = Math.Min(bytes.Length, (int)(RingSize - used));
        // The room is written only after the daemon has been seen to be done with it.
        Interlocked.MemoryBarrier();
        for (int i = 0; i < count; i++)
            _page[Requests + ((produced + (uint)i) % RingSize)] = bytes[i];
        Volatile.Write(ref Index(RequestsProduced), produced + (uint)count);
        Interlocked.MemoryBarrier();
        return count;
    }

    /// <summary>Takes what has come, as much as fits, and returns how much that was.</summary>
    public int TryReceive(Span<byte> buffer)
    {
        uint consumed = Index(ResponsesConsumed);
        uint used = Used(Volatile.Read(ref Index(ResponsesProduced)), consumed);
        int count = Math.Min(buffer.Length, (int)used);
        for (int i = 0; i < count; i++)
            buffer[i] = _page[Responses + ((consumed + (uint)i) % RingSize)];
        // The daemon may write the room again only after it has been read.
        Interlocked.MemoryBarrier();
        Volatile.Write(ref Index(ResponsesConsumed), consumed + (uint)count);
        Interlocked.MemoryBarrier();
        return count;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static uint Used(uint produced, uint consumed)
    {
        uint used = unchecked(produced - consumed);
        return used <= RingSize ? used : throw new InvalidDataException($"a ring of {RingSize} bytes holds {used}");
    }

    private ref uint Index(int offset) => ref *(uint*)(_page + offset);
}
