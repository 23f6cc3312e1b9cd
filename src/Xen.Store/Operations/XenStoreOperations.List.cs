using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xen.Store.Connection;
using Xen.Store.Operations;
using Xen.Store.Protocol;

namespace Xen.Store;

/// <content>Children.</content>
public abstract partial class XenStoreOperations
{
    // A list that changes so often while it is read, part by part, will go on changing.
    private const int MostRestarts = 100;

    /// <summary>The names of a node's children, in the daemon's order.</summary>
    /// <param name="path">The node.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <remarks>A list that is too long for one answer is read in parts, and from the beginning if it changes meanwhile.</remarks>
    /// <exception cref="XenStoreConflictException">The list changed each time while its parts were read.</exception>
    public async ValueTask<string[]> ListAsync(string path, CancellationToken cancellationToken = default)
    {
        using (var request = Prepare(MessageType.Directory, path))
        {
            await _requester.SendAsync(request, _bound, cancellationToken).ConfigureAwait(false);
            if (request.Error != XenStoreError.TooBig)
            {
                request.ThrowIfFailed();
                return Names(request.Reply);
            }
        }

        var parts = new DirectoryParts();
        while (!parts.IsComplete)
        {
            using var request = PreparePart(path, parts.Offset);
            await SendAsync(request, cancellationToken).ConfigureAwait(false);
            Add(parts, request);
        }

        return parts.Names;
    }

    /// <summary>The names of a node's children, in the daemon's order.</summary>
    /// <param name="path">The node.</param>
    /// <exception cref="XenStoreConflictException">The list changed each time while its parts were read.</exception>
    public string[] List(string path)
    {
        using (var request = Prepare(MessageType.Directory, path))
        {
            _requester.Send(request, _bound);
            if (request.Error != XenStoreError.TooBig)
            {
                request.ThrowIfFailed();
                return Names(request.Reply);
            }
        }

        var parts = new DirectoryParts();
        while (!parts.IsComplete)
        {
            using var request = PreparePart(path, parts.Offset);
            Send(request);
            Add(parts, request);
        }

        return parts.Names;
    }

    internal static string[] Names(ReadOnlySpan<byte> payload)
    {
        var names = new string[StringList.Count(payload)];
        var count = 0;
        foreach (var name in new StringList(payload))
            names[count++] = Encoding.UTF8.GetString(name);
        return names;
    }

    private static void Add(DirectoryParts parts, PendingRequest request)
    {
        if (!parts.TryAdd(request.Reply))
            throw request.Nonsense("it is no part of a directory");
        if (parts.Restarts > MostRestarts)
            throw new XenStoreConflictException(parts.Restarts);
    }

    private PendingRequest PreparePart(string path, int offset)
    {
        Span<byte> bytes = stackalloc byte[PathArgument.Capacity];
        var name = PathArgument.Encode(path, bytes);
        var text = Encoding.UTF8.GetBytes(offset.ToString(CultureInfo.InvariantCulture));
        var request = _requester.Rent();
        var writer = request.Begin(MessageType.DirectoryPart, _transactionId, name.Length + text.Length + 2);
        writer.AddString(name);
        writer.AddString(text);
        request.End(writer);
        return request;
    }

    /// <summary>Puts the parts of a long directory together.</summary>
    private sealed class DirectoryParts
    {
        private readonly List<string> _names = [];
        private byte[]? _generation;

        internal int Offset { get; private set; }

        internal int Restarts { get; private set; }

        internal bool IsComplete { get; private set; }

        internal string[] Names => [.. _names];

        internal bool TryAdd(ReadOnlySpan<byte> payload)
        {
            if (!DirectoryPartPayload.TryParse(payload, out var part))
                return false;
            _generation ??= part.Generation.ToArray();
            if (!part.Generation.SequenceEqual(_generation))
            {
                _generation = null;
                _names.Clear();
                Offset = 0;
                Restarts++;
                return true;
            }

            foreach (var name in new StringList(part.Names))
                _names.Add(Encoding.UTF8.GetString(name));
            Offset += part.Names.Length;
            IsComplete = part.IsLast;
            return part.IsLast || part.Names.Length > 0;
        }
    }
}
