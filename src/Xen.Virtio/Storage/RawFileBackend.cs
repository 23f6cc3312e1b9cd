using System;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Virtio.Diagnostics;

namespace Xen.Virtio.Storage;

/// <summary>A raw disk image: byte <c>n</c> of the disk is byte <c>n</c> of a file or of a host block device.</summary>
/// <remarks>
/// Buffered I/O: writes go to the host's page cache, <see cref="Flush"/> is <c>fsync</c>. An advisory lock
/// (<c>flock</c>) keeps a second writer out; those who do not ask for the lock are not kept out.
/// <para>A discard punches a hole into a file, and is the disk's own command for a block device, if either has that.
/// </para>
/// <para>After a flush that failed, every flush fails until the image is opened again: the kernel tells of a lost
/// write once and then takes the page for clean, so that a later <c>fsync</c> would succeed without the data.</para>
/// </remarks>
public sealed class RawFileBackend : IBlockBackend, IDisposable
{
    private const int DefaultBlockSize = 512;

    // What a file system allocates at a time, as a rule; a hint to the guest.
    private const int FileSystemBlockSize = 4096;

    // .NET gives the errno of a full disk as the HResult: ENOSPC, EDQUOT.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    private readonly IPositionalFile _file;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly LogRateLimiter _errorLog = new();
    private long _length;

    // Held during a flush: of two at once, one could be told of the error and the other of success.
    private readonly Lock _flush = new();
    private bool _flushHasFailed;

    internal RawFileBackend(IPositionalFile file, string path, bool readOnly, ILogger? logger)
    {
        _file = file;
        _path = path;
        IsReadOnly = readOnly;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Follows an image that is made longer or shorter while it is open. What it was last, if the host cannot tell.
    /// </remarks>
    public long Length
    {
        get
        {
            try
            {
                Volatile.Write(ref _length, _file.Length);
            }
            catch (Exception e) // as in Read
            {
                Fail("length", 0, 0, e);
            }

            return Volatile.Read(ref _length);
        }
    }

    /// <inheritdoc/>
    public int BlockSize => _file.Device?.BlockSize ?? DefaultBlockSize;

    /// <inheritdoc/>
    public BlockTopology Topology => _file.Device?.Topology
        ?? new BlockTopology(FileSystemBlockSize, FileSystemBlockSize, 0, FileSystemBlockSize);

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <summary>Opens an image.</summary>
    /// <param name="path">A regular file or a block device.</param>
    /// <param name="options">How; for writing, alone, if null.</param>
    /// <param name="logger">Where I/O errors are reported.</param>
    /// <exception cref="BlockBackendException">The image cannot be used; the message says what to do.</exception>
    public static RawFileBackend Open(string path, RawFileOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new RawFileOptions();
        var file = OpenFile(path, options);
        try
        {
            var length = file.Length;
            if (length < DefaultBlockSize)
            {
                throw new BlockBackendException(
                    $"disk image {path}: {length} bytes, but a disk has at least {DefaultBlockSize}; "
                    + $"give it a size, for example: truncate -s 1G {path}");
            }

            return new RawFileBackend(file, path, options.ReadOnly, logger);
        }
        catch (Exception e)
        {
            file.Dispose();
            if (e is NotSupportedException)
                throw new BlockBackendException($"disk image {path}: is neither a file nor a block device", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public BlockResult Read(long offset, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var count = _file.Read(offset, destination);
                if (count == 0)
                    return FailBeyondEnd("read", offset, destination.Length);
                offset += count;
                destination = destination[count..];
            }

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
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        try
        {
            if (offset > _file.Length - source.Length)
                return FailBeyondEnd("write", offset, source.Length);
            _file.Write(offset, source);
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
        lock (_flush)
        {
            if (_flushHasFailed)
                return FailLatched();
            try
            {
                _file.Flush();
                return BlockResult.Success;
            }
            catch (Exception e) // as in Read
            {
                _flushHasFailed = true;
                Fail("flush", 0, 0, e);
                return BlockResult.Failure;
            }
        }
    }

    /// <inheritdoc/>
    public bool CanDiscard => !IsReadOnly && _file.CanDiscard;

    /// <inheritdoc/>
    public BlockResult Discard(long offset, long length)
    {
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        try
        {
            if (offset > _file.Length - length)
                return FailBeyondEnd("discard", offset, length);
            return length == 0 || _file.TryDiscard(offset, length) ? BlockResult.Success : BlockResult.Unsupported;
        }
        catch (Exception e) // as in Read
        {
            return Fail("discard", offset, length, e);
        }
    }

    /// <inheritdoc/>
    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap)
    {
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        try
        {
            if (offset > _file.Length - length)
                return FailBeyondEnd("write of zeros", offset, length);
            if (length == 0 || _file.TryZero(offset, length, mayUnmap))
                return BlockResult.Success;
        }
        catch (Exception e) // as in Read
        {
            return Fail("write of zeros", offset, length, e);
        }

        return Zeros.Write(this, offset, length);
    }

    /// <summary>Closes the image and gives the lock back. Does not flush.</summary>
    public void Dispose() => _file.Dispose();

    private static IPositionalFile OpenFile(string path, RawFileOptions options)
    {
        var share = (options.ReadOnly, options.Shared) switch
        {
            (_, true) => FileShare.ReadWrite,
            (true, false) => FileShare.Read,
            (false, false) => FileShare.None,
        };
        var handle = HostImage.Open("disk image", path, options.ReadOnly, share, $"truncate -s 1G {path}");
        try
        {
            return HostImage.Wrap(handle, path);
        }
        catch (IOException e)
        {
            throw new BlockBackendException($"disk image {path}: cannot be asked what it is: {e.Message}", e);
        }
    }

    private BlockResult FailBeyondEnd(string operation, long offset, long length)
    {
        if (_errorLog.TryEnter(out var suppressed))
            StorageLog.BeyondEnd(_logger, _path, operation, offset, length, suppressed);
        return BlockResult.OutOfRange;
    }

    private BlockResult FailLatched()
    {
        if (_errorLog.TryEnter(out var suppressed))
            StorageLog.FlushRefused(_logger, _path, suppressed);
        return BlockResult.Failure;
    }

    private BlockResult Fail(string operation, long offset, long length, Exception exception)
    {
        if (_errorLog.TryEnter(out var suppressed))
            StorageLog.OperationFailed(_logger, exception, _path, operation, offset, length, suppressed);
        return exception is IOException { HResult: NoSpaceLeft or QuotaExceeded }
            ? BlockResult.NoSpace
            : BlockResult.Failure;
    }
}
