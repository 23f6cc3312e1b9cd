using System;
using System.Threading;
using Xen.Machine;

namespace Conformance.Life;

/// <summary>A device that puts one access off, and never completes it: somebody else is to be asked again.</summary>
internal sealed class HesitantDevice(ExpectantDevice device, int number) : IDeferringDevice
{
    private int _hesitations;

    public ulong Length => device.Length;

    /// <summary>True once an access waits.</summary>
    internal bool Hesitates => Volatile.Read(ref _hesitations) != 0;

    public IoResult Read(ulong offset, Span<byte> data) => device.Read(offset, data);

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data) => device.Write(offset, data);

    public IoResult Read(ulong offset, Span<byte> data, IoCompletion completion) =>
        IsTheOne() ? IoResult.Deferred : device.Read(offset, data);

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data, IoCompletion completion) =>
        IsTheOne() ? IoResult.Deferred : device.Write(offset, data);

    private bool IsTheOne() => device.Count == number && Interlocked.Exchange(ref _hesitations, 1) == 0;
}
