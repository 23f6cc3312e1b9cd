using System;
using System.IO;
using Xen.Virtio.Devices.Entropy;

namespace VirtioRng.Simulation;

/// <summary>Shows how many bytes are taken from a source.</summary>
/// <param name="source">The source.</param>
/// <param name="output">Takes a line for each piece. May be used by several threads.</param>
internal sealed class ShowingSource(IEntropySource source, TextWriter output) : IEntropySource
{
    public void Fill(Span<byte> destination)
    {
        source.Fill(destination);
        output.WriteLine($"  host: {destination.Length} random bytes");
    }
}
