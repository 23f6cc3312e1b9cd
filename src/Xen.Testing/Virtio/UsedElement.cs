namespace Xen.Testing.Virtio;

/// <summary>What the device gave back through the used ring, <c>struct virtq_used_elem</c>.</summary>
/// <param name="Head">First descriptor of the chain, as the device says.</param>
/// <param name="Length">Bytes that the device has written.</param>
public readonly record struct UsedElement(uint Head, uint Length);
