using System;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <content>Values.</content>
public abstract partial class XenStoreOperations
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A node's value as text.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreEncodingException">The value is not UTF-8.</exception>
    public async ValueTask<string> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.Read, path);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Text(request, path);
    }

    /// <summary>A node's value as text, or null if there is no such node.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreEncodingException">The value is not UTF-8.</exception>
    public async ValueTask<string?> TryReadAsync(string path, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.Read, path);
        return await FindAsync(request, cancellationToken).ConfigureAwait(false) ? Text(request, path) : null;
    }

    /// <summary>A node's value.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.Read, path);
        await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return request.Reply.ToArray();
    }

    /// <summary>A node's value, or null if there is no such node.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<byte[]?> TryReadBytesAsync(string path, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.Read, path);
        return await FindAsync(request, cancellationToken).ConfigureAwait(false) ? request.Reply.ToArray() : null;
    }

    /// <summary>A node's value, into memory of the caller's. Allocates nothing in the long run.</summary>
    /// <param name="path">The node, in UTF-8.</param>
    /// <param name="destination">Where the value goes: a value has at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The value's bytes.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than the value.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(
        ReadOnlyMemory<byte> path, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        using var request = PrepareBytes(MessageType.Read, path.Span);
        await _requester.SendAsync(request, _bound, cancellationToken).ConfigureAwait(false);
        request.ThrowIfFailed();
        return Copy(request.Reply, destination.Span);
    }

    /// <summary>A node's value as text.</summary>
    /// <param name="path">The node.</param>
    /// <exception cref="XenStoreEncodingException">The value is not UTF-8.</exception>
    public string Read(string path)
    {
        using var request = Prepare(MessageType.Read, path);
        Send(request);
        return Text(request, path);
    }

    /// <summary>A node's value.</summary>
    /// <param name="path">The node.</param>
    public byte[] ReadBytes(string path)
    {
        using var request = Prepare(MessageType.Read, path);
        Send(request);
        return request.Reply.ToArray();
    }

    /// <summary>A node's value, into memory of the caller's. Allocates nothing.</summary>
    /// <param name="path">The node, in UTF-8.</param>
    /// <param name="destination">Where the value goes: a value has at most <see cref="XenStoreLimits.MaximumPayload"/> bytes.</param>
    /// <returns>The value's bytes.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than the value.</exception>
    public int Read(ReadOnlySpan<byte> path, Span<byte> destination)
    {
        using var request = PrepareBytes(MessageType.Read, path);
        Send(request);
        return Copy(request.Reply, destination);
    }

    /// <summary>Whether there is a node.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="XenStoreReplyException">It is there or not, but may not be read.</exception>
    public async ValueTask<bool> ExistsAsync(string path, CancellationToken cancellationToken = default)
    {
        using var request = Prepare(MessageType.Read, path);
        return await FindAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether there is a node.</summary>
    /// <param name="path">The node.</param>
    /// <exception cref="XenStoreReplyException">It is there or not, but may not be read.</exception>
    public bool Exists(string path)
    {
        using var request = Prepare(MessageType.Read, path);
        _requester.Send(request, _bound);
        if (request.Error == XenStoreError.NotFound)
            return false;
        request.ThrowIfFailed();
        return true;
    }

    internal static string DecodeValue(ReadOnlySpan<byte> value, string? path)
    {
        try
        {
            return StrictUtf8.GetString(value);
        }
        catch (DecoderFallbackException error)
        {
            throw new XenStoreEncodingException(path, error);
        }
    }

    private async ValueTask<bool> FindAsync(PendingRequest request, CancellationToken cancellationToken)
    {
        await _requester.SendAsync(request, _bound, cancellationToken).ConfigureAwait(false);
        if (request.Error == XenStoreError.NotFound)
            return false;
        request.ThrowIfFailed();
        return true;
    }

    private static string Text(PendingRequest request, string path) => DecodeValue(request.Reply, path);

    private static int Copy(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        if (!value.TryCopyTo(destination))
            throw new ArgumentException($"the value has {value.Length} bytes, the destination {destination.Length}", nameof(destination));
        return value.Length;
    }
}
