using Xen.Testing.Memory;
using Xen.Virtio.Queues;

namespace Xen.Virtio.Tests.Queues;

public sealed class VirtQueueConfigTests
{
    [Theory]
    [InlineData(8, 0x1000, 0x2000, 0x3000, VirtQueueFault.None)]
    [InlineData(1, 0x1000, 0x2000, 0x3000, VirtQueueFault.None)]
    [InlineData(256, 0x1000, 0x2002, 0x3004, VirtQueueFault.None)]
    [InlineData(0, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(12, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(512, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(8, 0x1008, 0x2000, 0x3000, VirtQueueFault.Misaligned)]
    [InlineData(8, 0x1000, 0x2001, 0x3000, VirtQueueFault.Misaligned)]
    [InlineData(8, 0x1000, 0x2000, 0x3002, VirtQueueFault.Misaligned)]
    [InlineData(8, 0xfff0, 0x2000, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(8, 0x1000, 0xfff0, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(8, 0x1000, 0x2000, 0xffc0, VirtQueueFault.OutsideMemory)]
    [InlineData(8, 0xfffffffffffffff0, 0x2000, 0x3000, VirtQueueFault.OutsideMemory)]
    public void V6_ring_addresses_are_checked(
        ushort size, ulong descriptors, ulong available, ulong used, VirtQueueFault expected)
    {
        using var view = new PlainGuestMemory(0x10000).Enter();
        Assert.Equal(expected, new VirtQueueConfig(size, descriptors, available, used).Check(256, view));
    }
}
