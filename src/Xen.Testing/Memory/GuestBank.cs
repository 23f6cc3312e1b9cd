namespace Xen.Testing.Memory;

/// <summary>A contiguous piece of guest memory. What lies between banks is a hole.</summary>
/// <param name="Address">Guest physical address of its first byte.</param>
/// <param name="Length">Length in bytes.</param>
public readonly record struct GuestBank(ulong Address, int Length);
