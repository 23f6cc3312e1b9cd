using System;
using System.IO;

namespace Xen.Virtio.Storage.Qcow2.Engine;

/// <summary>What shows through where an image has nothing: zeros where its backing file ends, or if there is none.</summary>
internal sealed class BackingSource(IBlockBackend? backend) : IDisposable
{
    private readonly long _length = backend?.Length ?? 0;

    public bool Exists => backend is not null;

    /// <summary>Whether all of a range is zeros because nothing is behind it.</summary>
    public bool IsBeyondEnd(long offset) => offset >= _length;

    public void Read(long offset, Span<byte> destination)
    {
        var count = (int)Math.Clamp(_length - offset, 0, destination.Length);
        if (count > 0 && backend!.Read(offset, destination[..count]) is var result and not BlockResult.Success)
            throw new IOException($"its backing file cannot be read ({result})");
        destination[count..].Clear();
    }

    public void Dispose() => (backend as IDisposable)?.Dispose();
}
