using System.Threading;
using Xen.Machine;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Devices;

/// <summary>The end of a request whose writable part is data, and then one byte that says how it ended.</summary>
internal static class StatusByte
{
    /// <summary>Writes the status byte, and zeros into what is left of the data before it.</summary>
    /// <param name="chain">The request. Its writable part has at least the byte.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="written">Bytes of data that have been written.</param>
    /// <param name="status">How the request ended.</param>
    /// <param name="stopping">Ends the zeros: they can be 4 GiB, and a reset waits for them.</param>
    /// <returns>
    /// The used length. It counts without a gap from the start (virtio 1.2 §2.7.8.2), so the status byte is in it only if
    /// all the data before it has been written; hence the zeros.
    /// </returns>
    public static uint Finish(
        DescriptorChain chain, GuestMemoryView memory, uint written, byte status, CancellationToken stopping)
    {
        var length = chain.WritableLength - 1;
        var rest = chain.Write(written, length - written);
        while (!stopping.IsCancellationRequested && rest.TryNext(memory, out var piece))
            piece.Clear();
        if (stopping.IsCancellationRequested)
            return 0;

        var isAnswered = chain.TryCopyTo(memory, length, [status]);
        return length - rest.Remaining + (isAnswered && rest.Remaining == 0 ? 1u : 0u);
    }
}
