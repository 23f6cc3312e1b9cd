using Xen.Virtio.Spec;

namespace Xen.Testing.Virtio;

/// <summary>One buffer that the driver puts into a chain.</summary>
/// <param name="Address">Guest physical address.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="DeviceWritable">Whether the device writes it.</param>
public readonly record struct GuestBuffer(ulong Address, uint Length, bool DeviceWritable)
{
    internal Descriptor ToDescriptor() =>
        new(Address, Length, DeviceWritable ? DescriptorFlags.Write : DescriptorFlags.None, 0);
}
