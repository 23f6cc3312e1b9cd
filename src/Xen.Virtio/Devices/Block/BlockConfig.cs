using System;
using System.Buffers.Binary;
using System.Threading;
using Xen.Virtio.Spec.Block;

namespace Xen.Virtio.Devices.Block;

/// <summary>The configuration space of a block device, virtio 1.2 §5.2.4. Thread-safe.</summary>
internal sealed class BlockConfig
{
    private readonly byte[] _bytes = new byte[BlockLayout.ConfigLength];
    private readonly Lock _gate = new();
    private uint _generation;

    public BlockConfig(ulong capacitySectors, uint segMax, uint blockSize)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(BlockLayout.CapacityOffset), capacitySectors);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(BlockLayout.SegMaxOffset), segMax);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(BlockLayout.BlockSizeOffset), blockSize);
    }

    public uint Generation
    {
        get
        {
            lock (_gate)
                return _generation;
        }
    }

    public ulong CapacitySectors
    {
        get
        {
            lock (_gate)
                return BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(BlockLayout.CapacityOffset));
        }
    }

    public bool TryRead(uint offset, Span<byte> data)
    {
        if (offset > (uint)_bytes.Length || data.Length > _bytes.Length - (int)offset)
            return false;

        lock (_gate)
            _bytes.AsSpan((int)offset, data.Length).CopyTo(data);
        return true;
    }

    // Value and generation as one step; see IConfigChangeSource.
    public bool TrySetCapacity(ulong sectors)
    {
        lock (_gate)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(BlockLayout.CapacityOffset)) == sectors)
                return false;

            BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(BlockLayout.CapacityOffset), sectors);
            _generation++;
            return true;
        }
    }
}
