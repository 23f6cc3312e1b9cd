namespace Conformance.Life;

/// <summary>One access of a guest to a device.</summary>
/// <param name="IsRead">True if the guest reads.</param>
/// <param name="Offset">From the start of the device's window.</param>
/// <param name="Size">Bytes: 1, 2, 4 or 8.</param>
/// <param name="Value">What is written, or is to be answered.</param>
internal readonly record struct GuestAccess(bool IsRead, ulong Offset, int Size, ulong Value)
{
    internal static GuestAccess Read(ulong offset, int size, ulong value) => new(true, offset, size, value);

    internal static GuestAccess Write(ulong offset, int size, ulong value) =>
        new(false, offset, size, value & (ulong.MaxValue >> (64 - (size * 8))));
}
