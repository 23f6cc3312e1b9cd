using System;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>How to use an NBD server.</summary>
public sealed class NbdOptions
{
    /// <summary>Uses the export for reading only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>How long one attempt to connect may take, the handshake included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a request may take, reconnections included, before it fails and the guest sees an I/O error. A connection
    /// on which a request takes so long is given up. While the server is away for longer than this, requests fail at once.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before the second attempt to reconnect; each further one is twice as long.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two attempts to reconnect.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many bytes of writes that no flush has made durable yet are kept, to be written again after a reconnection: the
    /// server may have lost them together with its memory. If there are more, they are flushed; also if these are more than
    /// 16384 writes, or write more than 1 GiB of zeros.
    /// </summary>
    public long UnflushedBytes { get; init; } = 64 << 20;
}
