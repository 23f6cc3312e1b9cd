using System;

namespace TestSupport;

/// <summary>A stream of bytes to the store's daemon and back: a socket, or a domain's rings.</summary>
internal interface IByteChannel
{
    void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for the first byte, and takes as much as fits. 0 if the daemon has closed the connection.</summary>
    int Receive(Span<byte> buffer, TimeSpan timeout);
}
