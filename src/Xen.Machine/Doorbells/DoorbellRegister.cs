namespace Xen.Machine;

/// <summary>A write that only rings a doorbell: who can have the kernel answer it, need not be asked for it.</summary>
/// <param name="Offset">Offset in bytes from the start of the device's window.</param>
/// <param name="Size">Width of the write in bytes: 1, 2, 4 or 8.</param>
/// <param name="Value">The value that is written.</param>
/// <param name="Doorbell">What it rings.</param>
public readonly record struct DoorbellRegister(ulong Offset, int Size, ulong Value, IDoorbell Doorbell);
