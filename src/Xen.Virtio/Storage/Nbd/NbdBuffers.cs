using System.Collections.Generic;
using System.Numerics;
using System.Threading;

namespace Xen.Virtio.Storage.Nbd;

/// <summary>Buffers that are used again and again: room for a request's header, then for its data. Thread-safe.</summary>
internal sealed class NbdBuffers
{
    private const int SmallestExponent = 9;
    private const int Classes = 32 - SmallestExponent;

    private readonly Stack<byte[]>[] _free = new Stack<byte[]>[Classes];
    private readonly Lock _gate = new();

    public NbdBuffers()
    {
        for (var i = 0; i < Classes; i++)
            _free[i] = new Stack<byte[]>();
    }

    /// <summary>Takes a buffer; its content is whatever it was.</summary>
    /// <param name="dataLength">Room for data, 0 or more. At most as much is wasted, or 512 bytes.</param>
    public byte[] Rent(int dataLength)
    {
        var exponent = int.Max(SmallestExponent, BitOperations.Log2((uint)int.Max(dataLength - 1, 1)) + 1);
        lock (_gate)
        {
            if (_free[exponent - SmallestExponent].TryPop(out var buffer))
                return buffer;
        }

        return new byte[NbdProtocol.RequestSize + (1 << exponent)];
    }

    /// <summary>Gives a buffer back that nobody uses any more.</summary>
    public void Return(byte[] buffer)
    {
        var exponent = BitOperations.Log2((uint)(buffer.Length - NbdProtocol.RequestSize));
        lock (_gate)
            _free[exponent - SmallestExponent].Push(buffer);
    }
}
