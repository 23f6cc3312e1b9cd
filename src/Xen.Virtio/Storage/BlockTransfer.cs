using System;

namespace Xen.Virtio.Storage;

/// <summary>
/// One read or write of an <see cref="IConcurrentBlockBackend"/>: prepared, started, waited for, released. One thread at a
/// time; used again after its release.
/// </summary>
public abstract class BlockTransfer
{
    /// <summary>
    /// What is to be written, to be filled before the start; or what has been read, after <see cref="Wait"/> has said that it
    /// succeeded.
    /// </summary>
    public abstract Span<byte> Data { get; }

    /// <summary>How long <see cref="Wait"/> is better not called: zero once the transfer has ended, or has taken too long.</summary>
    public abstract TimeSpan TimeLeft { get; }

    /// <summary>
    /// Whether it has ended by itself and <see cref="Wait"/> has nothing to wait for. False if that is not known: then who calls
    /// it does first what must not wait.
    /// </summary>
    public abstract bool IsCompleted { get; }

    /// <summary>Starts it, and may wait until it is on its way. Transfers that are under way at once may take effect in any order.</summary>
    /// <param name="ended">
    /// Called when <see cref="TimeLeft"/> may have become zero, on any thread, perhaps more than once and late. Must not wait
    /// for anything.
    /// </param>
    public abstract void Start(Action ended);

    /// <summary>Waits for the end, once. From here on the transfer neither reads nor changes anything.</summary>
    public abstract BlockResult Wait();

    /// <summary>Gives it back: before it is started, or after <see cref="Wait"/>.</summary>
    public abstract void Release();
}
