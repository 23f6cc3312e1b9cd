using System;
using System.Buffers.Binary;
using System.Threading;
using Xen.Machine;

namespace Conformance.Life;

/// <summary>A device that knows the accesses that are to come, and notes the first that is another.</summary>
internal sealed class ExpectantDevice(GuestProgram program) : IMmioDevice
{
    private int _count;

    public ulong Length => GuestProgram.DeviceLength;

    /// <summary>Accesses so far.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>The first access that was not as expected, in words.</summary>
    internal string? Surprise { get; private set; }

    public IoResult Read(ulong offset, Span<byte> data)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Next(isRead: true, offset, data.Length, null));
        value[..data.Length].CopyTo(data);
        return IoResult.Ok;
    }

    public IoResult Write(ulong offset, ReadOnlySpan<byte> data)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value.Clear();
        data.CopyTo(value);
        Next(isRead: false, offset, data.Length, BinaryPrimitives.ReadUInt64LittleEndian(value));
        return IoResult.Ok;
    }

    private ulong Next(bool isRead, ulong offset, int size, ulong? written)
    {
        var number = _count;
        var expected = number < program.Accesses.Count ? program.Accesses[number] : default;
        var seen = new GuestAccess(isRead, offset, size, written ?? expected.Value);
        if (seen != expected)
            Surprise ??= $"access {number} is {seen}, not {expected}";
        Volatile.Write(ref _count, number + 1);
        return expected.Value;
    }
}
