using System;
using System.IO;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>The file of an image: reads zeros beyond its end, and does not forget that a flush has failed.</summary>
/// <param name="file">The file, which belongs to this from now on.</param>
/// <param name="capacity">Bytes that it can have at most: a block device does not grow.</param>
internal sealed class ImageFile(IPositionalFile file, long capacity) : IDisposable
{
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    private volatile bool _syncHasFailed;
    private volatile bool _hasUnsynced;
    private bool _canDiscard = file.CanDiscard;

    /// <summary>Length in bytes as it is now; its capacity, if it does not grow.</summary>
    public long Length => capacity == long.MaxValue ? file.Length : capacity;

    /// <summary>Whether bytes beyond the length are zero when they come to be.</summary>
    public bool Grows => capacity == long.MaxValue;

    /// <summary>Whether a flush has failed: what was written before may be lost, and nothing may be built on it.</summary>
    public bool SyncHasFailed => _syncHasFailed;

    /// <summary>Whether something has been written since the last flush began.</summary>
    public bool HasUnsynced => _hasUnsynced;

    public static bool IsNoSpace(Exception exception) =>
        exception is IOException { HResult: NoSpaceLeft or QuotaExceeded };

    /// <summary>Reads; what is beyond the end reads as zeros.</summary>
    public void Read(long offset, Span<byte> destination) => destination[ReadSome(offset, destination)..].Clear();

    /// <summary>Reads up to the end.</summary>
    /// <returns>How many bytes.</returns>
    public int ReadSome(long offset, Span<byte> destination)
    {
        var done = 0;
        while (done < destination.Length)
        {
            var count = file.Read(offset + done, destination[done..]);
            if (count == 0)
                break;
            done += count;
        }

        return done;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        if (offset > capacity - source.Length)
            throw new IOException("the device that the image is on is full", NoSpaceLeft);
        file.Write(offset, source);

        // After the write: a flush that begins in between is for it, too.
        if (!_hasUnsynced)
            _hasUnsynced = true;
    }

    /// <summary>Gives the space of a range back to the host, if that is possible.</summary>
    public void Discard(long offset, long length)
    {
        if (!_canDiscard)
            return;
        try
        {
            _canDiscard = file.TryDiscard(offset, length);
        }
        catch (Exception) // whatever it is, nothing depends on it: it is not tried again
        {
            _canDiscard = false;
        }
    }

    /// <summary>Makes what has been written durable. Once this has failed, it always fails.</summary>
    public void Sync()
    {
        ThrowIfSyncHasFailed();
        try
        {
            _hasUnsynced = false;
            file.Flush();
        }
        catch
        {
            _syncHasFailed = true;
            throw;
        }
    }

    public void ThrowIfSyncHasFailed()
    {
        if (_syncHasFailed)
            throw new IOException("a flush has failed before, so data may be lost; the image must be opened again");
    }

    /// <summary>Throws if an allocation up to this offset cannot have a place.</summary>
    public void ThrowIfBeyondCapacity(long end)
    {
        if (end > capacity)
            throw new IOException("the device that the image is on is full", NoSpaceLeft);
    }

    public void Dispose() => file.Dispose();
}
