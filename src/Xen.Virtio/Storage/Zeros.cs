using System;

namespace Xen.Virtio.Storage;

/// <summary>Writes zeros where a back end has no better way.</summary>
internal static class Zeros
{
    private static readonly byte[] s_zeros = new byte[128 << 10];

    /// <summary>Writes zeros, piece by piece.</summary>
    /// <param name="backend">Where.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">How many bytes, 0 or more.</param>
    public static BlockResult Write(IBlockBackend backend, long offset, long length)
    {
        while (length > 0)
        {
            var piece = (int)Math.Min(length, s_zeros.Length);
            if (backend.Write(offset, s_zeros.AsSpan(0, piece)) is var result and not BlockResult.Success)
                return result;
            offset += piece;
            length -= piece;
        }

        return BlockResult.Success;
    }
}
