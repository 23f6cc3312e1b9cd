using System;
using System.Threading;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>One image of a chain: reads, writes, and keeps the file such that a loss of power leaves it consistent.</summary>
/// <remarks>
/// Tables are changed in memory and written by <see cref="Commit"/>, each step durable before the next: reference
/// counts and data; L2 tables; the L1 table; and only then are clusters free that are not referred to any more. So at
/// any time the file has counts that are right or too high, and tables that point at what they should.
/// <para>Order of locks: allocation, users, the tables' own.</para>
/// <para>Throws whatever the host's error is; the caller makes a value of it.</para>
/// </remarks>
internal sealed partial class Qcow2Image : IDisposable
{
    private readonly ImageFile _file;
    private readonly Qcow2Header _header;
    private readonly Qcow2Geometry _geometry;
    private readonly BackingSource _backing;
    private readonly MappingTables _mapping;
    private readonly CompressedReader _compressed;
    private readonly RefcountStore? _refcounts;

    // Held for everything that changes tables, and for flushes.
    private readonly Lock _allocation = new();

    // Shared by those who use places in the file that they have looked up; alone when such places become free.
    private readonly ReaderWriterLockSlim _users = new();

    // Under the allocation lock.
    private readonly byte[] _bounce;

    /// <param name="file">The file, which belongs to the image from now on.</param>
    /// <param name="header">Its header, which has been checked.</param>
    /// <param name="backing">What shows through; belongs to the image.</param>
    /// <param name="writable">Whether it will be written.</param>
    /// <param name="cacheBytes">How much of the tables is kept in memory, about.</param>
    public Qcow2Image(ImageFile file, Qcow2Header header, BackingSource backing, bool writable, int cacheBytes)
    {
        _file = file;
        _header = header;
        _geometry = header.Geometry;
        _backing = backing;
        _compressed = new CompressedReader(file, _geometry);
        var slots = SlotsFor(cacheBytes, _geometry);
        _mapping = new MappingTables(file, header, slots);
        _bounce = writable ? new byte[_geometry.ClusterSize] : [];
        _refcounts = writable ? new RefcountStore(file, header, Math.Max(4, slots / 4), IsOtherMetadata) : null;
    }

    public long Length => _header.Size;

    public int ClusterSize => _geometry.ClusterSize;

    public void Read(long offset, Span<byte> destination)
    {
        _users.EnterReadLock();
        try
        {
            ReadMapped(offset, destination);
        }
        finally
        {
            _users.ExitReadLock();
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            var count = WriteInPlace(offset, source);
            if (count == 0)
                count = WriteAllocating(offset, source);
            offset += count;
            source = source[count..];
        }
    }

    /// <summary>Makes everything that was written durable.</summary>
    public void Flush()
    {
        lock (_allocation)
            Commit();
    }

    /// <summary>Writes what is still in memory, and closes the file and those behind it.</summary>
    /// <remarks>The file is closed even if that fails.</remarks>
    public void Dispose()
    {
        try
        {
            if (_refcounts is not null && !_file.SyncHasFailed)
                Close(_refcounts);
        }
        finally
        {
            _file.Dispose();
            _backing.Dispose();
            _recovery?.Dispose();
            _users.Dispose();
        }
    }

    // At least 4, so that there is always one to read into while half of them wait to be written.
    internal static int SlotsFor(int cacheBytes, in Qcow2Geometry geometry) =>
        Math.Max(4, cacheBytes >> geometry.ClusterBits);

    private void Close(RefcountStore refcounts)
    {
        lock (_allocation)
        {
            if (_mapping.HasChanges || refcounts.HasFreed)
                Commit();
            if (refcounts.HasChanges)
                Commit(); // what the first one has freed
            if (_file.HasUnsynced)
                _file.Sync(); // data in its place, which has changed no table
            if (_recovery is not null && _header.Version >= 3)
            {
                _file.Write(Qcow2Header.AutoclearFeaturesOffset, stackalloc byte[sizeof(ulong)]);
                _file.Sync();
            }
        }
    }

    // Under the allocation lock.
    private void Commit()
    {
        var refcounts = _refcounts!;
        WriteTables();
        _file.Sync();
        _recovery?.Clear();
        if (!refcounts.HasFreed)
            return;
        _users.EnterWriteLock();
        try
        {
            refcounts.ApplyFreed();
        }
        finally
        {
            _users.ExitWriteLock();
        }
    }

    private void WriteTables()
    {
        var refcounts = _refcounts!;
        _file.ThrowIfSyncHasFailed();
        refcounts.WriteBlocks();
        if (refcounts.HasNewTableEntries)
        {
            _file.Sync();
            refcounts.WriteTable();
        }

        // A new L2 table is in the file since it was made, empty or as its predecessor, so the L1 table need not wait.
        if (_mapping.HasChanges)
        {
            _file.Sync();
            _mapping.Write();
        }
    }

    private void ReadMapped(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var extent = _mapping.Find(offset, destination.Length);
            var part = destination[..(int)extent.Length];
            switch (extent.Kind)
            {
                case ClusterKind.Data:
                    _file.Read(extent.HostOffset, part);
                    break;
                case ClusterKind.Compressed:
                    _compressed.Read(extent.Entry, _geometry.OffsetInCluster(offset), part);
                    break;
                case ClusterKind.Unallocated:
                    _backing.Read(offset, part);
                    break;
                default:
                    part.Clear();
                    break;
            }

            offset += part.Length;
            destination = destination[part.Length..];
        }
    }

    // Metadata that the refcount store does not know of. Snapshots' tables are not known: qemu-img check finds those.
    private bool IsOtherMetadata(long offset) => offset == 0 || _mapping.IsTable(offset);
}
