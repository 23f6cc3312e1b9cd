using Xen.Testing.Memory;
using Xen.Virtio.Queues;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Tests.Queues;

public sealed class VirtQueueConfigTests
{
    private const ulong Split = VirtioFeatures.Version1;
    private const ulong Packed = VirtioFeatures.Version1 | VirtioFeatures.RingPacked;

    [Theory]
    [InlineData(Split, 8, 0x1000, 0x2000, 0x3000, VirtQueueFault.None)]
    [InlineData(Split, 1, 0x1000, 0x2000, 0x3000, VirtQueueFault.None)]
    [InlineData(Split, 256, 0x1000, 0x2002, 0x3004, VirtQueueFault.None)]
    [InlineData(Split, 0, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(Split, 12, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(Split, 512, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(Split, 8, 0x1008, 0x2000, 0x3000, VirtQueueFault.Misaligned)]
    [InlineData(Split, 8, 0x1000, 0x2001, 0x3000, VirtQueueFault.Misaligned)]
    [InlineData(Split, 8, 0x1000, 0x2000, 0x3002, VirtQueueFault.Misaligned)]
    [InlineData(Split, 8, 0xfff0, 0x2000, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(Split, 8, 0x1000, 0xfff0, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(Split, 8, 0x1000, 0x2000, 0xffc0, VirtQueueFault.OutsideMemory)]
    [InlineData(Split, 8, 0xfffffffffffffff0, 0x2000, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(Packed, 8, 0x1000, 0x2000, 0x3000, VirtQueueFault.None)]
    [InlineData(Packed, 12, 0x1000, 0xfffc, 0xfff8, VirtQueueFault.None)]
    [InlineData(Packed, 256, 0x1000, 0x2004, 0x3004, VirtQueueFault.None)]
    [InlineData(Packed, 0, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(Packed, 257, 0x1000, 0x2000, 0x3000, VirtQueueFault.BadSize)]
    [InlineData(Packed, 8, 0x1008, 0x2000, 0x3000, VirtQueueFault.Misaligned)]
    [InlineData(Packed, 8, 0x1000, 0x2002, 0x3000, VirtQueueFault.Misaligned)]
    [InlineData(Packed, 8, 0x1000, 0x2000, 0x3002, VirtQueueFault.Misaligned)]
    [InlineData(Packed, 8, 0xfff0, 0x2000, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(Packed, 8, 0x1000, 0x10000, 0x3000, VirtQueueFault.OutsideMemory)]
    [InlineData(Packed, 8, 0x1000, 0x2000, 0xfffffffffffffffc, VirtQueueFault.OutsideMemory)]
    public void V6_ring_addresses_are_checked(
        ulong features, ushort size, ulong descriptors, ulong driver, ulong device, VirtQueueFault expected)
    {
        using var view = new PlainGuestMemory(0x10000).Enter();
        Assert.Equal(expected, new VirtQueueConfig(size, descriptors, driver, device).Check(256, features, view));
    }

    [Fact]
    public void V6_queue_that_is_longer_than_the_standard_allows_is_refused()
    {
        using var view = new PlainGuestMemory(4 << 20).Enter();
        var config = new VirtQueueConfig(40_000, 0x1000, 0x10_0000, 0x20_0000);
        Assert.Equal(VirtQueueFault.BadSize, config.Check(ushort.MaxValue, Packed, view));
    }
}
