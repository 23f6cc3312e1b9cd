using Xen.Virtio.Spec.I2c;

namespace VirtioI2c;

/// <summary>A chip that a guest may reach.</summary>
/// <param name="Bus">The adapter of the host, as the user names it: <c>1</c>, <c>i2c-1</c>, or a name.</param>
/// <param name="Address">Its address there, which is its address for the guest too.</param>
internal readonly record struct I2cChip(string Bus, I2cAddress Address);
