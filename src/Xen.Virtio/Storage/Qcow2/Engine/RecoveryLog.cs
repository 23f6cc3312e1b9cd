using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>
/// Changes of tables that are in memory only, kept where they outlive this process but not the machine: who takes over
/// after a crash of the process loses no write that a guest was told of.
/// </summary>
/// <remarks>
/// Used under the allocation lock. The file begins with whose it is: the start of this machine, the image's path, and
/// what of its header stays the same. A log that is somebody else's is no log: after a loss of power the image is what was
/// flushed, and changes that came later must not be made in it.
/// </remarks>
internal sealed class RecoveryLog : IDisposable
{
    private const int OwnerLength = 32;
    private const int EntryLength = 24;
    private const int KindLength = sizeof(ulong);
    private const int MaxEntries = 1 << 16;
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    private readonly ImageFile _file;
    private int _count;
    private bool _addHasFailed;

    private RecoveryLog(ImageFile file) => _file = file;

    /// <summary>Whether the tables must be written before more is noted: little space is left, or something is missing.</summary>
    public bool IsDue => _addHasFailed || _count >= MaxEntries / 2;

    /// <summary>Reads a log, or begins one.</summary>
    /// <param name="file">Its file, which belongs to the log from now on.</param>
    /// <param name="imagePath">The image that it is for.</param>
    /// <param name="header">The image's header.</param>
    /// <param name="left">What a process before this one has left.</param>
    public static RecoveryLog Open(
        ImageFile file, string imagePath, Qcow2Header header, out IReadOnlyList<RecoveryEntry> left)
    {
        var log = new RecoveryLog(file);
        try
        {
            var owner = OwnerOf(imagePath, header);
            var now = new byte[OwnerLength];
            file.Read(0, now);
            if (now.AsSpan().SequenceEqual(owner))
            {
                left = log.ReadAll();
                return log;
            }

            left = [];
            log.Clear();
            file.Write(0, owner);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Notes a change. Once that has failed, nothing is noted until the log is cleared.</summary>
    public void Add(RecoveryKind kind, long at, ulong value)
    {
        if (_addHasFailed || _count == MaxEntries)
            throw new IOException("the recovery log cannot be written");
        Span<byte> kindBytes = stackalloc byte[KindLength];
        Span<byte> rest = stackalloc byte[EntryLength - KindLength];
        BinaryPrimitives.WriteUInt64LittleEndian(kindBytes, (ulong)kind);
        BinaryPrimitives.WriteInt64LittleEndian(rest, at);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[sizeof(long)..], value);
        _addHasFailed = true;

        // The log ends at an entry without a kind, so the next end comes first. The kind comes last and alone: a kill may
        // come between two pages of one write, and an aligned word is never in two.
        _file.Write(PlaceOf(_count + 1), stackalloc byte[KindLength]);
        _file.Write(PlaceOf(_count) + KindLength, rest);
        _file.Write(PlaceOf(_count), kindBytes);
        _addHasFailed = false;
        _count++;
    }

    /// <summary>All changes are in the image, durably.</summary>
    public void Clear()
    {
        _file.Write(PlaceOf(0), stackalloc byte[KindLength]);
        _count = 0;
        _addHasFailed = false;
    }

    public void Dispose() => _file.Dispose();

    private static long PlaceOf(int index) => OwnerLength + ((long)index * EntryLength);

    private static byte[] OwnerOf(string imagePath, Qcow2Header header)
    {
        var boot = File.Exists(BootIdPath) ? File.ReadAllText(BootIdPath).Trim() : "";
        var text = $"{boot} {Path.GetFullPath(imagePath)} {header.Version} {header.Geometry} {header.Size} {header.L1Offset} "
            + $"{header.SnapshotsOffset} {header.SnapshotCount}";
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    private List<RecoveryEntry> ReadAll()
    {
        var entries = new List<RecoveryEntry>();
        var bytes = new byte[EntryLength];
        for (; entries.Count < MaxEntries; _count++)
        {
            _file.Read(PlaceOf(_count), bytes);
            var kind = (RecoveryKind)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if (kind is not (RecoveryKind.L2Entry or RecoveryKind.L2Table or RecoveryKind.Free))
                break;
            entries.Add(new RecoveryEntry(
                kind, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(16))));
        }

        return entries;
    }
}
