using System;
using System.Buffers;
using System.Collections.Generic;
using Xen.Store.Protocol;

namespace Xen.Store.Connection;

/// <summary>Messages that were made, and found good, before the first of them is sent.</summary>
internal sealed class MessageList
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<int> _ends = [];

    /// <summary>How many.</summary>
    internal int Count => _ends.Count;

    /// <summary>The transaction that all of them stand in, or 0.</summary>
    internal uint TransactionId => Count == 0 ? 0 : MessageHeader.Read(this[0].Span).TransactionId;

    /// <summary>A message.</summary>
    /// <param name="index">Which.</param>
    internal ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            var start = index == 0 ? 0 : _ends[index - 1];
            return _bytes.WrittenMemory[start.._ends[index]];
        }
    }

    /// <summary>Adds one, and gives the request that it was made with back.</summary>
    /// <param name="request">The request.</param>
    internal void Add(PendingRequest request)
    {
        using (request)
            _bytes.Write(request.Message);
        _ends.Add(_bytes.WrittenCount);
    }
}
