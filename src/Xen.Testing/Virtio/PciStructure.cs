namespace Xen.Testing.Virtio;

/// <summary>A structure of a virtio PCI function, as a capability describes it.</summary>
/// <param name="Bar">Base address register of its window.</param>
/// <param name="Offset">Offset in the window, in bytes.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Capability">Offset of the capability in the configuration space.</param>
public readonly record struct PciStructure(int Bar, uint Offset, uint Length, int Capability);
