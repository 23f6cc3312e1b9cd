namespace System;

/// <summary>16 bytes, as .NET keeps them: the first three fields in the machine's byte order.</summary>
public readonly struct Guid
{
    private readonly uint _first;
    private readonly ushort _second;
    private readonly ushort _third;
    private readonly ulong _rest;

    public unsafe Guid(ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        Check.Range(0, 16, bytes.Length);
        // SAFETY: the length has been checked.
        fixed (byte* from = bytes)
        {
            _first = bigEndian
                ? ((uint)from[0] << 24) | ((uint)from[1] << 16) | ((uint)from[2] << 8) | from[3]
                : *(uint*)from;
            _second = bigEndian ? (ushort)((from[4] << 8) | from[5]) : *(ushort*)(from + 4);
            _third = bigEndian ? (ushort)((from[6] << 8) | from[7]) : *(ushort*)(from + 6);
            _rest = *(ulong*)(from + 8);
        }
    }

    public unsafe bool TryWriteBytes(Span<byte> destination, bool bigEndian, out int written)
    {
        written = 0;
        if (destination.Length < 16)
            return false;

        // SAFETY: the length has been checked.
        fixed (byte* to = destination)
        {
            *(uint*)to = bigEndian ? Swap(_first) : _first;
            *(ushort*)(to + 4) = bigEndian ? Swap(_second) : _second;
            *(ushort*)(to + 6) = bigEndian ? Swap(_third) : _third;
            *(ulong*)(to + 8) = _rest;
        }

        written = 16;
        return true;
    }

    private static uint Swap(uint value) => ((uint)Swap((ushort)value) << 16) | Swap((ushort)(value >> 16));

    private static ushort Swap(ushort value) => (ushort)((value << 8) | (value >> 8));
}
