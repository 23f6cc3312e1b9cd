using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Extensions.Logging;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Opens an image and what is behind it, and refuses what cannot be served.</summary>
internal sealed class Qcow2Opener(Qcow2Options options, ILogger logger)
{
    private const Qcow2IncompatibleFeatures Known =
        Qcow2IncompatibleFeatures.Dirty | Qcow2IncompatibleFeatures.Corrupt | Qcow2IncompatibleFeatures.CompressionType;

    private const byte Deflate = 0;
    private const byte Zstandard = 1;
    private const int LongestChain = 256;

    private readonly HashSet<string> _chain = new(StringComparer.Ordinal);

    /// <summary>Opens a file.</summary>
    /// <exception cref="BlockBackendException">The image cannot be used; the message says what to do.</exception>
    public Qcow2Image Open(string path, bool readOnly)
    {
        Enter(path);
        var file = HostFile.Open(path, readOnly);
        return Read(file, path, readOnly, log: null);
    }

    /// <summary>Opens an image in a file that is open. The file is closed if that fails.</summary>
    /// <exception cref="BlockBackendException">The image cannot be used; the message says what to do.</exception>
    public Qcow2Image Open(ImageFile file, string path, bool readOnly, ImageFile? log)
    {
        Enter(path);
        return Read(file, path, readOnly, log);
    }

    private static BlockBackendException Refuse(string path, string reason) => new($"qcow2 image {path}: {reason}");

    private void Enter(string path)
    {
        var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null;
        if (!_chain.Add(target ?? Path.GetFullPath(path)))
            throw Refuse(path, "is behind itself in its chain of backing files");
        if (_chain.Count > Math.Clamp(options.MaxChainLength, 1, LongestChain))
            throw Refuse(path, $"is one more than the {_chain.Count - 1} images that a chain may have");
    }

    private Qcow2Image Read(ImageFile file, string path, bool readOnly, ImageFile? log)
    {
        BackingSource? backing = null;
        RecoveryLog? recovery = null;
        try
        {
            var (header, extensions, start) = ReadHeader(file, path);
            CheckFeatures(path, header, extensions, start, readOnly);
            backing = OpenBacking(path, header, extensions, start);
            if (!readOnly && options.RecoveryLog is { } logPath)
                log ??= HostFile.OpenOrCreate(logPath);
            IReadOnlyList<RecoveryEntry> left = [];
            if (log is not null)
                recovery = OpenLog(log, path, header, out left);
            if (!readOnly)
                Prepare(file, path, header, hasLog: recovery is not null);
            var image = new Qcow2Image(file, header, backing, !readOnly, options.CacheBytes);
            if (recovery is not null)
                image.Recover(recovery, left);
            if (left.Count > 0)
                Qcow2Log.Recovered(logger, path, left.Count);
            return image;
        }
        catch (Exception e)
        {
            recovery?.Dispose();
            backing?.Dispose();
            file.Dispose();
            if (e is BlockBackendException)
                throw;
            throw new BlockBackendException($"qcow2 image {path}: cannot be used: {e.Message}", e);
        }
    }

    // Others that write the image clear the bit, for they do not know it.
    private static RecoveryLog OpenLog(
        ImageFile file, string path, Qcow2Header header, out IReadOnlyList<RecoveryEntry> left)
    {
        var log = RecoveryLog.Open(file, path, header, out left);
        if (left.Count == 0 || header.Version < 3 || (header.AutoclearFeatures & Qcow2Header.HasRecoveryLog) != 0)
            return log;
        log.Dispose();
        throw Refuse(path, "has been opened for writing by another program since its recovery log was left behind, so the "
            + "log does not fit any more; delete the log to go on with the image as it is");
    }

    private static (Qcow2Header Header, Qcow2Extensions Extensions, byte[] Start) ReadHeader(ImageFile file, string path)
    {
        var start = new byte[1 << Qcow2Limits.MaxClusterBits];
        start = start[..file.ReadSome(0, start)];
        if (!Qcow2HeaderReader.TryRead(start, out var header, out var error)
            || !Qcow2Extensions.TryRead(start, header!, out var extensions, out error))
            throw Refuse(path, error!);
        var length = file.Length;
        if (header!.L1Offset > length || header.RefcountTableOffset > length)
            throw Refuse(path, "ends before its tables; it has been truncated");
        return (header, extensions, start);
    }

    private static void CheckFeatures(
        string path, Qcow2Header header, Qcow2Extensions extensions, ReadOnlySpan<byte> start, bool readOnly)
    {
        var unknown = (ulong)(header.IncompatibleFeatures & ~Known);
        if (unknown != 0)
        {
            var names = new List<string>();
            for (var bit = 0; bit < 64; bit++)
            {
                if ((unknown >> bit & 1) != 0)
                    names.Add(NameOf(bit, extensions));
            }

            throw Refuse(path, $"has features that are not supported: {string.Join(", ", names)}; "
                + "convert it with: qemu-img convert -O qcow2");
        }

        var hasType = header.HeaderLength > Qcow2Header.CompressionTypeOffset && header.Version >= 3;
        var type = hasType && start.Length > Qcow2Header.CompressionTypeOffset
            ? start[Qcow2Header.CompressionTypeOffset]
            : Deflate;
        if (type != Deflate || header.IncompatibleFeatures.HasFlag(Qcow2IncompatibleFeatures.CompressionType))
        {
            throw Refuse(path, $"has clusters compressed with {(type == Zstandard ? "zstd" : $"method {type}")}, and only "
                + "zlib is supported; convert it with: qemu-img convert -O qcow2 -o compression_type=zlib");
        }

        if (!readOnly && header.IncompatibleFeatures.HasFlag(Qcow2IncompatibleFeatures.Corrupt))
        {
            throw Refuse(path, "is marked as corrupt; open it read-only, or repair it with: qemu-img check -r all");
        }
    }

    private static string NameOf(int bit, Qcow2Extensions extensions) => (Qcow2IncompatibleFeatures)(1UL << bit) switch
    {
        Qcow2IncompatibleFeatures.ExternalDataFile => "external data file",
        Qcow2IncompatibleFeatures.ExtendedL2 => "extended L2 entries (subclusters)",
        _ => extensions.IncompatibleFeatureName(bit) ?? $"bit {bit}",
    };

    private BackingSource OpenBacking(string path, Qcow2Header header, Qcow2Extensions extensions, ReadOnlySpan<byte> start)
    {
        if (header.BackingNameLength == 0)
            return new BackingSource(null);
        var name = Encoding.UTF8.GetString(start.Slice((int)header.BackingNameOffset, header.BackingNameLength));
        if (!options.AllowBackingFile)
            throw Refuse(path, "has a backing file, and that is not allowed here; merge them with: qemu-img convert");
        if (name.Contains('\0', StringComparison.Ordinal))
            throw Refuse(path, "has a backing file whose name has a zero in it");

        var backingPath = BackingPath(path, name);
        switch (extensions.BackingFormat ?? options.BackingFormat)
        {
            case "raw":
                return new BackingSource(
                    RawFileBackend.Open(backingPath, new RawFileOptions { ReadOnly = true }, logger));
            case "qcow2":
                return new BackingSource(new Qcow2BackingFile(Open(backingPath, readOnly: true)));
            case null:
                throw Refuse(path, $"does not say which format its backing file {backingPath} has; "
                    + "say it with: qemu-img rebase -u -F FORMAT");
            case var other:
                throw Refuse(path, $"has a backing file of format {other}, and raw and qcow2 are supported");
        }
    }

    // "file:" is a way to name a file; other protocols are not for us.
    private static string BackingPath(string path, string name)
    {
        const string FilePrefix = "file:";
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (name.StartsWith(FilePrefix, StringComparison.Ordinal))
            name = name[FilePrefix.Length..];
        else if (colon >= 0 && (slash < 0 || colon < slash))
            throw Refuse(path, $"has a backing file that is not a file: {name}");
        return Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", name);
    }

    // What an image must have behind it before anything in it is changed.
    private void Prepare(ImageFile file, string path, Qcow2Header header, bool hasLog)
    {
        var autoclear = hasLog && header.Version >= 3 ? Qcow2Header.HasRecoveryLog : 0;
        if (header.AutoclearFeatures != autoclear)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(bytes, autoclear);
            file.Write(Qcow2Header.AutoclearFeaturesOffset, bytes);
            file.Sync();
        }

        if (header.IncompatibleFeatures.HasFlag(Qcow2IncompatibleFeatures.Dirty))
            Qcow2Log.Repaired(logger, path, RefcountRepair.Run(file, header));
    }
}
