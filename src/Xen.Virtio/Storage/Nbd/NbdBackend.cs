using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>An export of an NBD server: QEMU, nbdkit, a storage cluster behind one of them.</summary>
/// <remarks>
/// <para>One connection, on which the requests of all callers are under way at once. When it breaks, requests wait for the
/// next one and are made again there, at most <see cref="NbdOptions.RequestTimeout"/> long; then they fail, and the back
/// end goes on trying to connect.</para>
/// <para><see cref="Flush"/> keeps its promise even if the server loses its memory: what has been written since the last
/// flush is kept here and written again after a reconnection, before anything else.</para>
/// <para>No TLS: use it on a Unix socket, on loopback or in a network of your own.</para>
/// </remarks>
public sealed partial class NbdBackend : IConcurrentBlockBackend, IDisposable
{
    private const int DefaultBlockSize = 512;
    private const int LargestPiece = 2 << 20;
    private const long LargestRange = 1 << 30;

    private readonly NbdEndpoint _endpoint;
    private readonly NbdOptions _options;
    private readonly ILogger _logger;
    private readonly NbdExport _firstExport;
    private readonly int _piece;
    private readonly Lock _partialWrites = new();
    private readonly Lock _makingRoom = new();
    private long _length;

    // Set when a write may be lost in spite of all; never reset.
    private volatile bool _durabilityLost;

    private NbdBackend(NbdEndpoint endpoint, NbdOptions options, ILogger? logger)
    {
        _endpoint = endpoint;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        _buffers = new NbdBuffers();
        _log = new NbdWriteLog(_buffers);
        var connection = OpenConnection();
        _firstExport = connection.Export;
        Publish(connection);
        _piece = int.Min(_firstExport.MaximumPayload, LargestPiece) / _firstExport.MinimumBlock * _firstExport.MinimumBlock;
        _thread = new Thread(Run) { Name = "nbd", IsBackground = true };
    }

    /// <inheritdoc/>
    /// <remarks>What the server said when it was connected to last.</remarks>
    public long Length => Volatile.Read(ref _length);

    /// <inheritdoc/>
    public int BlockSize => int.Max(DefaultBlockSize, _firstExport.MinimumBlock);

    /// <inheritdoc/>
    public BlockTopology Topology
    {
        get
        {
            var preferred = int.Max(BlockSize, _firstExport.PreferredBlock);
            return new BlockTopology(preferred, preferred, 0, preferred);
        }
    }

    /// <inheritdoc/>
    public bool IsReadOnly => _options.ReadOnly || _firstExport.IsReadOnly;

    /// <inheritdoc/>
    public bool CanDiscard => !IsReadOnly && _firstExport.Has(NbdExportFlags.Trim);

    /// <summary>Connects to a server.</summary>
    /// <param name="endpoint">Which export of which server.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="logger">Where lost connections and failed requests are reported.</param>
    /// <exception cref="BlockBackendException">The export cannot be used; the message says why.</exception>
    public static NbdBackend Connect(NbdEndpoint endpoint, NbdOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        try
        {
            var backend = new NbdBackend(endpoint, options ?? new NbdOptions(), logger);
            backend._thread.Start();
            return backend;
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            throw new BlockBackendException($"{endpoint}: cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Connects to a server.</summary>
    /// <param name="endpoint">Which export of which server.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="logger">Where lost connections and failed requests are reported.</param>
    /// <exception cref="BlockBackendException">The export cannot be used; the message says why.</exception>
    public static Task<NbdBackend> ConnectAsync(NbdEndpoint endpoint, NbdOptions? options = null, ILogger? logger = null) =>
        Task.Run(() => Connect(endpoint, options, logger));

    /// <inheritdoc/>
    public BlockResult Read(long offset, Span<byte> destination)
    {
        if (offset > Length - destination.Length)
            return BlockResult.OutOfRange;

        // Whole blocks are read; those who want less get their part.
        while (!destination.IsEmpty)
        {
            var start = RoundDown(offset);
            var length = (int)long.Min(RoundUp(offset + destination.Length) - start, _piece);
            var request = Rent(NbdCommand.Read, 0, start, length, _buffers.Rent(length));
            var result = Execute(request);
            if (result != BlockResult.Success)
                return result;

            var part = request.Data[(int)(offset - start)..];
            part = part[..int.Min(part.Length, destination.Length)];
            part.CopyTo(destination);
            offset += part.Length;
            destination = destination[part.Length..];
            Return(request);
        }

        return BlockResult.Success;
    }

    /// <inheritdoc/>
    public BlockResult Write(long offset, ReadOnlySpan<byte> source)
    {
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        if (offset > Length - source.Length)
            return BlockResult.OutOfRange;

        while (!source.IsEmpty)
        {
            var whole = RoundDown(offset) == offset ? (int)long.Min(RoundDown(source.Length), _piece) : 0;
            var count = whole != 0 ? whole : (int)long.Min(RoundDown(offset) + _firstExport.MinimumBlock - offset, source.Length);
            var result = whole != 0 ? WriteBlocks(offset, source[..count]) : WritePartOfBlock(offset, source[..count]);
            if (result != BlockResult.Success)
                return result;
            offset += count;
            source = source[count..];
        }

        return BlockResult.Success;
    }

    /// <inheritdoc/>
    public BlockResult Flush()
    {
        // Without a flush, each write carries the order to make it durable.
        if (IsReadOnly || !_firstExport.Has(NbdExportFlags.Flush))
            return BlockResult.Success;
        if (_durabilityLost)
            return BlockResult.Failure;

        var request = Rent(NbdCommand.Flush, 0, 0, 0, null);
        request.FlushMark = _log.Sequence;
        var result = Execute(request);
        if (result == BlockResult.Success)
            Return(request);
        return result == BlockResult.Success && !_durabilityLost ? BlockResult.Success : BlockResult.Failure;
    }

    /// <inheritdoc/>
    public BlockResult Discard(long offset, long length)
    {
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        if (offset > Length - length)
            return BlockResult.OutOfRange;
        if (!CanDiscard)
            return BlockResult.Unsupported;

        // What is left of a block at either end stays as it is.
        var end = RoundDown(offset + length);
        var result = BlockResult.Success;
        for (offset = RoundUp(offset); offset < end && result == BlockResult.Success; offset += LargestRange)
            result = ExecuteRange(NbdCommand.Trim, 0, offset, long.Min(end - offset, LargestRange));
        return result;
    }

    /// <inheritdoc/>
    public BlockResult WriteZeroes(long offset, long length, bool mayUnmap)
    {
        if (IsReadOnly)
            return BlockResult.ReadOnly;
        if (offset > Length - length)
            return BlockResult.OutOfRange;

        var end = offset + length;
        var start = RoundUp(offset);
        var stop = RoundDown(end);
        if (!_firstExport.Has(NbdExportFlags.WriteZeroes) || start >= stop)
            return Zeros.Write(this, offset, length);

        var flags = (ushort)(WriteFlags | (mayUnmap ? 0 : NbdProtocol.FlagNoHole));
        var result = Zeros.Write(this, offset, start - offset);
        for (; start < stop && result == BlockResult.Success; start += LargestRange)
        {
            var piece = long.Min(stop - start, LargestRange);
            result = ExecuteRange(NbdCommand.WriteZeroes, flags, start, piece);
            if (result == BlockResult.Unsupported)
                result = Zeros.Write(this, start, piece);
        }

        return result == BlockResult.Success ? Zeros.Write(this, stop, end - stop) : result;
    }

    private ushort WriteFlags =>
        _firstExport.Has(NbdExportFlags.Flush) ? (ushort)0 : NbdProtocol.FlagForceUnitAccess;

    private BlockResult WriteBlocks(long offset, ReadOnlySpan<byte> source)
    {
        var request = Rent(NbdCommand.Write, WriteFlags, offset, source.Length, _buffers.Rent(source.Length));
        source.CopyTo(request.Data);
        var result = Execute(request);
        if (result != BlockResult.Success)
            return result;
        Return(request);
        KeepLogShort();
        return BlockResult.Success;
    }

    // Two at once may be for two parts of one block.
    private BlockResult WritePartOfBlock(long offset, ReadOnlySpan<byte> source)
    {
        lock (_partialWrites)
        {
            var start = RoundDown(offset);
            var block = new byte[_firstExport.MinimumBlock];
            var result = Read(start, block);
            if (result != BlockResult.Success)
                return result;
            source.CopyTo(block.AsSpan((int)(offset - start)));
            return WriteBlocks(start, block);
        }
    }

    private BlockResult ExecuteRange(NbdCommand command, ushort flags, long offset, long length)
    {
        var request = Rent(command, flags, offset, (int)length, null);
        var result = Execute(request);
        if (result != BlockResult.Success)
            return result;
        Return(request);
        KeepLogShort();
        return BlockResult.Success;
    }

    // What a flush has made durable need not be kept; whoever comes while one is under way waits for it.
    private void KeepLogShort()
    {
        if (!_log.IsLong(_options.UnflushedBytes))
            return;
        lock (_makingRoom)
        {
            if (_log.IsLong(_options.UnflushedBytes))
                Flush();
        }
    }

    private long RoundDown(long value) => value & -(long)_firstExport.MinimumBlock;

    private long RoundUp(long value) => (value + _firstExport.MinimumBlock - 1) & -(long)_firstExport.MinimumBlock;

    private static bool IsConnectionFailure(Exception e) =>
        e is SocketException or IOException or ObjectDisposedException or NbdProtocolException;
}
