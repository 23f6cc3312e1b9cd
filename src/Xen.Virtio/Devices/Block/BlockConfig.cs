using System;
using System.Buffers.Binary;
using System.Threading;
using Xen.Virtio.Spec.Block;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Devices.Block;

/// <summary>The configuration space of a block device, virtio 1.2 §5.2.4. Thread-safe.</summary>
internal sealed class BlockConfig
{
    private const int MaxPhysicalBlockExponent = 16;

    private readonly byte[] _bytes = new byte[BlockLayout.ConfigLength];
    private readonly Lock _gate = new();
    private uint _generation;

    /// <summary>Fills in all fields, those of features that are not offered too: nobody reads them.</summary>
    public BlockConfig(ulong capacitySectors, uint segMax, int queueCount, IBlockBackend backend, bool mayUnmap)
    {
        var block = backend.BlockSize;
        var topology = backend.Topology;
        Set64(BlockLayout.CapacityOffset, capacitySectors);
        Set32(BlockLayout.SizeMaxOffset, BlockLimits.SegmentBytes);
        Set32(BlockLayout.SegMaxOffset, segMax);
        Set32(BlockLayout.BlockSizeOffset, (uint)block);
        _bytes[BlockLayout.PhysicalBlockExponentOffset] = PhysicalBlockExponent(block, topology.PhysicalBlockSize);
        Set16(BlockLayout.MinIoSizeOffset, (ushort)Math.Clamp(topology.MinimumIoSize / block, 0, ushort.MaxValue));
        Set32(BlockLayout.OptimalIoSizeOffset, (uint)Math.Max(topology.OptimalIoSize / block, 0));
        Set16(BlockLayout.QueueCountOffset, (ushort)queueCount);
        Set32(BlockLayout.MaxDiscardSectorsOffset, BlockLimits.DiscardSectors);
        Set32(BlockLayout.MaxDiscardSegmentsOffset, BlockLimits.Ranges);
        Set32(BlockLayout.DiscardAlignmentOffset,
            (uint)Math.Max(topology.DiscardGranularity / BlockLayout.SectorSize, 1));
        Set32(BlockLayout.MaxWriteZeroesSectorsOffset, BlockLimits.WriteZeroesSectors);
        Set32(BlockLayout.MaxWriteZeroesSegmentsOffset, BlockLimits.Ranges);
        _bytes[BlockLayout.WriteZeroesMayUnmapOffset] = mayUnmap ? (byte)1 : (byte)0;
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

    /// <summary>Whether data lies on the disk, in whole sectors.</summary>
    /// <param name="sector">Any number: no product or sum of it before it is known to be small.</param>
    /// <param name="length">Length in bytes.</param>
    public bool IsOnDisk(ulong sector, uint length)
    {
        var capacity = CapacitySectors;
        return length % BlockLayout.SectorSize == 0
            && sector <= capacity && length / BlockLayout.SectorSize <= capacity - sector;
    }

    /// <summary>Whether completed writes may be volatile until a flush.</summary>
    public bool Writeback
    {
        get => Volatile.Read(ref _bytes[BlockLayout.WritebackOffset]) != 0;
        set => Volatile.Write(ref _bytes[BlockLayout.WritebackOffset], value ? (byte)1 : (byte)0);
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

            Set64(BlockLayout.CapacityOffset, sectors);
            _generation++;
            return true;
        }
    }

    private static byte PhysicalBlockExponent(int block, int physicalBlock)
    {
        byte exponent = 0;
        while (exponent < MaxPhysicalBlockExponent && (long)block << (exponent + 1) <= physicalBlock)
            exponent++;
        return exponent;
    }

    private void Set16(int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(offset), value);

    private void Set32(int offset, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(offset), value);

    private void Set64(int offset, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(offset), value);
}
