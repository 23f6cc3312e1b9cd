namespace Xen.Machine;

/// <summary>A message-signalled interrupt as the local APIC takes it (x86).</summary>
/// <param name="Address">Destination and destination mode.</param>
/// <param name="Data">Vector, delivery mode and trigger mode.</param>
public readonly record struct MsiMessage(ulong Address, uint Data);
