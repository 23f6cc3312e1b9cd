namespace Xen.Virtio.Storage;

/// <summary>A back end that gains by several reads and writes of one caller at once: each waits for something far away.</summary>
/// <remarks>
/// The data goes through memory of the back end's own, so that no guest memory is in use while a transfer is under way.
/// </remarks>
public interface IConcurrentBlockBackend : IBlockBackend
{
    /// <summary>The longest transfer in bytes.</summary>
    int MaxTransfer { get; }

    /// <summary>Prepares a transfer. Never waits.</summary>
    /// <param name="isWrite">Whether it writes.</param>
    /// <param name="offset">First byte, 0 or more.</param>
    /// <param name="length">How many bytes: 1 to <see cref="MaxTransfer"/>.</param>
    /// <returns>
    /// To be released in any case. Null if this is one that only <see cref="IBlockBackend.Read"/> or
    /// <see cref="IBlockBackend.Write"/> can do, or say why not.
    /// </returns>
    BlockTransfer? TryPrepare(bool isWrite, long offset, int length);
}
