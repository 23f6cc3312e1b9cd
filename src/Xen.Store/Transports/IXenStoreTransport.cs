using System;
using System.IO;

namespace Xen.Store;

/// <summary>One connection to a XenStore daemon, as bytes.</summary>
/// <remarks>
/// One thread sends and one receives at a time, both at once. Neither call needs to be prompt about cancellation:
/// <see cref="IDisposable.Dispose"/> from any thread ends both.
/// </remarks>
public interface IXenStoreTransport : IDisposable
{
    /// <summary>What is special about this way.</summary>
    XenStoreTransportTraits Traits { get; }

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">The bytes: whole messages, or what an earlier call left of them.</param>
    /// <param name="timeout">
    /// How long to wait for room; <see cref="TimeSpan.Zero"/> not at all,
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> without end.
    /// </param>
    /// <returns>How many bytes were taken; 0 if there was no room in that time.</returns>
    /// <exception cref="IOException">The connection is at its end.</exception>
    int Send(ReadOnlySpan<byte> bytes, TimeSpan timeout);

    /// <summary>Receives bytes.</summary>
    /// <param name="buffer">Where they go; not empty.</param>
    /// <param name="timeout">How long to wait for the first one, as above.</param>
    /// <returns>How many came; 0 at the end of the stream; -1 if none came in that time.</returns>
    /// <exception cref="IOException">The connection failed.</exception>
    int Receive(Span<byte> buffer, TimeSpan timeout);
}
