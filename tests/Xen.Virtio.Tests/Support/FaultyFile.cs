using System;
using Xen.Virtio.Storage;

namespace Xen.Virtio.Tests.Support;

/// <summary>A file of zeros, on which every operation fails while there is an error.</summary>
internal sealed class FaultyFile(long length) : IPositionalFile
{
    public Exception? Error { get; set; }

    public long Length => length;

    public BlockDeviceGeometry? Device => null;

    public bool CanDiscard => true;

    public int Read(long offset, Span<byte> destination)
    {
        ThrowIfFaulty();
        destination.Clear();
        return destination.Length;
    }

    public void Write(long offset, ReadOnlySpan<byte> source) => ThrowIfFaulty();

    public bool TryDiscard(long offset, long length) => Succeed();

    public bool TryZero(long offset, long length, bool mayUnmap) => Succeed();

    public void Flush() => ThrowIfFaulty();

    public void Dispose()
    {
    }

    private bool Succeed()
    {
        ThrowIfFaulty();
        return true;
    }

    private void ThrowIfFaulty()
    {
        if (Error is not null)
            throw Error;
    }
}
