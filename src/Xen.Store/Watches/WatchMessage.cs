using System;
using System.Buffers.Text;
using System.Text;
using Xen.Store.Connection;
using Xen.Store.Protocol;

namespace Xen.Store.Watches;

/// <summary>The requests that set and end a watch.</summary>
internal static class WatchMessage
{
    private const int NumberLength = 11;

    /// <summary>Makes a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="type">Watch or unwatch.</param>
    /// <param name="watch">The watch; its number is its token.</param>
    /// <param name="withDepth">Whether to tell the daemon how far the watch goes.</param>
    internal static void Write(PendingRequest request, MessageType type, XenStoreWatch watch, bool withDepth)
    {
        var path = Encoding.UTF8.GetBytes(watch.Path);
        Span<byte> number = stackalloc byte[NumberLength];
        var writer = request.Begin(type, 0, path.Length + (2 * NumberLength) + 1);
        writer.AddString(path);
        Utf8Formatter.TryFormat(watch.Number, number, out var length);
        writer.AddString(number[..length]);
        if (withDepth && watch.Depth is { } depth)
        {
            Utf8Formatter.TryFormat(depth, number, out length);
            writer.AddString(number[..length]);
        }

        request.End(writer);
    }
}
