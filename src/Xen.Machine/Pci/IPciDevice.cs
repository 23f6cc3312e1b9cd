using System;

namespace Xen.Machine;

/// <summary>A PCI function: it answers for its configuration space, and has windows that the guest places.</summary>
/// <remarks>As <see cref="IMmioDevice"/>: called on the thread that serves the vCPUs, so it never blocks and never throws.</remarks>
public interface IPciDevice
{
    /// <summary>Plugs the function in. Once, before the first access.</summary>
    /// <param name="host">What is around it.</param>
    void Attach(IPciHost host);

    /// <summary>The guest reads the configuration space.</summary>
    /// <param name="offset">Offset in bytes, 0 to 255.</param>
    /// <param name="data">Filled, little-endian; 1, 2 or 4 bytes long, and not across a 4-byte boundary.</param>
    IoResult ReadConfig(int offset, Span<byte> data);

    /// <summary>The guest writes the configuration space.</summary>
    /// <param name="offset">Offset in bytes, 0 to 255.</param>
    /// <param name="data">The value, little-endian; 1, 2 or 4 bytes long, and not across a 4-byte boundary.</param>
    IoResult WriteConfig(int offset, ReadOnlySpan<byte> data);
}
