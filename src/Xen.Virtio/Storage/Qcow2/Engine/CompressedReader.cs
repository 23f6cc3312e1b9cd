using System;
using System.IO;
using System.IO.Compression;
using System.Threading;
using Xen.Virtio.Storage.Qcow2.Format;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>Unpacks compressed clusters, one at a time, and remembers the last one.</summary>
internal sealed class CompressedReader(ImageFile file, Qcow2Geometry geometry)
{
    private readonly Lock _gate = new();
    private byte[] _packed = [];
    private byte[] _content = [];
    private ulong _contentOf;

    /// <summary>Reads a part of a cluster.</summary>
    /// <param name="entry">Its L2 entry.</param>
    /// <param name="from">First byte in the cluster.</param>
    /// <param name="destination">Filled completely.</param>
    public void Read(L2Entry entry, int from, Span<byte> destination)
    {
        lock (_gate)
        {
            // An entry never stands for something else later: compressed clusters are not written here.
            if (_contentOf != entry.Value)
                Unpack(entry);
            _content.AsSpan(from, destination.Length).CopyTo(destination);
        }
    }

    private void Unpack(L2Entry entry)
    {
        if (_content.Length == 0)
        {
            _content = new byte[geometry.ClusterSize];
            _packed = new byte[geometry.ClusterSize * 2];
        }

        _contentOf = 0;
        var extent = entry.CompressedExtentFor(geometry);
        var length = file.ReadSome(extent.Offset, _packed.AsSpan(0, extent.Length));
        using var inflated = new DeflateStream(new MemoryStream(_packed, 0, length), CompressionMode.Decompress);
        try
        {
            inflated.ReadExactly(_content);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new Qcow2CorruptException($"the compressed cluster at {extent.Offset} cannot be unpacked");
        }

        _contentOf = entry.Value;
    }
}
