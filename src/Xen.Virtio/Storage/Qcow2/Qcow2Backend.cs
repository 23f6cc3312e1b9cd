using System;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Diagnostics;
using Xen.Virtio.Storage.Qcow2.Engine;

namespace Xen.Virtio.Storage.Qcow2;

/// <summary>A disk in a qcow2 image, version 2 or 3, with its backing files.</summary>
/// <remarks>
/// A loss of power at any time leaves a consistent image with all that was flushed; at worst some clusters are lost to
/// use until <c>qemu-img check -r leaks</c>. What is not supported is refused when the image is opened; docs/qcow2.md
/// has the lists.
/// <para>An advisory lock (<c>flock</c>) keeps a second writer out. Reads and writes to clusters that the image has
/// already run in parallel; what changes its tables takes turns.</para>
/// </remarks>
public sealed class Qcow2Backend : IBlockBackend, IDisposable
{
    private const int SectorSize = 512;
    private const int FileSystemBlockSize = 4096;

    private readonly Qcow2Image _image;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly LogRateLimiter _errorLog = new();

    private Qcow2Backend(Qcow2Image image, string path, bool readOnly, ILogger logger)
    {
        _image = image;
        _path = path;
        _logger = logger;
        IsReadOnly = readOnly;
    }

    /// <inheritdoc/>
    public long Length => _image.Length;

    /// <inheritdoc/>
    public int BlockSize => SectorSize;

    /// <inheritdoc/>
    public BlockTopology Topology => new(
        FileSystemBlockSize, FileSystemBlockSize, Math.Max(FileSystemBlockSize, _image.ClusterSize), _image.ClusterSize);

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public bool CanDiscard => !IsReadOnly;

    /// <summary>Opens an image and the chain of its backing files, which are only read.</summary>
    /// <param name="path">A regular file or a block device.</param>
    /// <param name="options">How; for writing, alone, if null.</param>
    /// <param name="logger">Where I/O errors are reported.</param>
    /// <exception cref="BlockBackendException">The image cannot be used; the message says what to do.</exception>
    public static Qcow2Backend Open(string path, Qcow2Options? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new Qcow2Options();
        logger ??= NullLogger.Instance;
        var image = new Qcow2Opener(options, logger).Open(path, options.ReadOnly);
        return new Qcow2Backend(image, path, options.ReadOnly, logger);
    }

    /// <summary>Makes a new image, version 3, in which nothing is allocated.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="options">How it is to be.</param>
    /// <exception cref="BlockBackendException">It cannot be made; the message says why.</exception>
    public static void Create(string path, Qcow2CreateOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        Qcow2Creator.Create(path, options);
    }

    internal static Qcow2Backend Open(
        IPositionalFile file, string path, Qcow2Options? options = null, ILogger? logger = null, IPositionalFile? log = null)
    {
        options ??= new Qcow2Options();
        logger ??= NullLogger.Instance;
        var image = new Qcow2Opener(options, logger).Open(
            new ImageFile(file, long.MaxValue), path, options.ReadOnly,
            log is null ? null : new ImageFile(log, long.MaxValue));
        return new Qcow2Backend(image, path, options.ReadOnly, logger);
    }

    /// <inheritdoc/>
    public BlockResult Read(long offset, Span<byte> destination)
    {
        if (!IsInRange(offset, destination.Length))
            return BlockResult.OutOfRange;
        try
        {
            _image.Read(offset, destination);
            return BlockResult.Success;
        }
        catch (Exception e) // of whatever type: .NET has many for an errno, and one for a back end disposed too early
        {
            return Fail("read", offset, destination.Length, e);
        }
    }

    /// <inheritdoc/>
    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        if (RefusalOfChange(offset, source.Length) is { } refusal)
            return refusal;
        try
        {
            _image.Write(offset, source);
            return BlockResult.Success;
        }
        catch (Exception e) // as in Read
        {
            return Fail("write", offset, source.Length, e);
        }
    }

    /// <inheritdoc/>
    public BlockResult Flush()
    {
        if (IsReadOnly)
            return BlockResult.Success;
        try
        {
            _image.Flush();
            return BlockResult.Success;
        }
        catch (Exception e) // as in Read
        {
            return Fail("flush", 0, 0, e);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Frees whole clusters, and does nothing to others.</remarks>
    public BlockResult Discard(long offset, long length)
    {
        if (RefusalOfChange(offset, length) is { } refusal)
            return refusal;
        try
        {
            _image.Discard(offset, length);
            return BlockResult.Success;
        }
        catch (Exception e) // as in Read
        {
            return Fail("discard", offset, length, e);
        }
    }

    /// <inheritdoc/>
    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap)
    {
        if (RefusalOfChange(offset, length) is { } refusal)
            return refusal;
        try
        {
            _image.WriteZeroes(offset, length, mayUnmap);
            return BlockResult.Success;
        }
        catch (Exception e) // as in Read
        {
            return Fail("zeroing", offset, length, e);
        }
    }

    /// <summary>Flushes, closes the image and its backing files, and gives the locks back.</summary>
    public void Dispose()
    {
        try
        {
            _image.Dispose();
        }
        catch (Exception e) // as in Read
        {
            Qcow2Log.CloseFailed(_logger, e, _path);
        }
    }

    private bool IsInRange(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length - length;

    private BlockResult? RefusalOfChange(long offset, long length)
    {
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        return IsInRange(offset, length) ? null : BlockResult.OutOfRange;
    }

    private BlockResult Fail(string operation, long offset, long length, Exception exception)
    {
        var noSpace = ImageFile.IsNoSpace(exception);
        if (_errorLog.TryEnter(out var suppressed))
        {
            if (noSpace)
                Qcow2Log.NoSpace(_logger, exception, _path, operation, offset, length, suppressed);
            else
                Qcow2Log.OperationFailed(_logger, exception, _path, operation, offset, length, suppressed);
        }

        return noSpace ? BlockResult.NoSpace : BlockResult.Failure;
    }
}
