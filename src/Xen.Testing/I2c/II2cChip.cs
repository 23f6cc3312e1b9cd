using System;

namespace Xen.Testing.I2c;

/// <summary>A chip on a simulated bus. Called by one thread at a time.</summary>
public interface II2cChip
{
    /// <summary>The master addresses the chip to write.</summary>
    /// <param name="data">What it sends; nothing, if it only looks whether there is a chip.</param>
    /// <returns>Whether the chip acknowledges.</returns>
    bool Write(ReadOnlySpan<byte> data);

    /// <summary>The master addresses the chip to read.</summary>
    /// <param name="data">To be filled; nothing, if it only looks whether there is a chip.</param>
    /// <returns>Whether the chip acknowledges its address.</returns>
    bool Read(Span<byte> data);

    /// <summary>A stop: what was written takes effect.</summary>
    void EndTransfer()
    {
    }
}
