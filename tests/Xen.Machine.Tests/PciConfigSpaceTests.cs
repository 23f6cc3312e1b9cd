using System;

namespace Xen.Machine.Tests;

public sealed class PciConfigSpaceTests
{
    private static readonly PciIdentity s_identity = new(0x1234, 0x5678, 9, 0x0a0b0c, 0x4321, 0x8765);

    private readonly PciConfigSpace _config = new(s_identity);

    [Fact]
    public void Identity_is_where_the_standard_puts_it()
    {
        Assert.Equal(0x5678_1234u, _config.Get32(0x00));
        Assert.Equal(0u, _config.Get32(0x04));
        Assert.Equal(0x0a0b_0c09u, _config.Get32(0x08));
        Assert.Equal(0x8765_4321u, _config.Get32(0x2c));
        Assert.Equal(0x0100u, _config.Get32(0x3c));
    }

    [Theory]
    [InlineData(-1, 0x1000ul, false)]
    [InlineData(6, 0x1000ul, false)]
    [InlineData(5, 0x1000ul, true)]
    [InlineData(0, 0ul, false)]
    [InlineData(0, 8ul, false)]
    [InlineData(0, 0x1001ul, false)]
    [InlineData(0, 1ul << 32, false)]
    [InlineData(2, 0x1000ul, false)]
    [InlineData(1, 0x1000ul, true)]
    public void Window_that_cannot_be_is_refused(int bar, ulong length, bool is64Bit)
    {
        _config.AddBar(2, 0x1000, is64Bit: true);
        Assert.Throws<ArgumentException>(() => _config.AddBar(bar, length, is64Bit));
    }

    [Theory]
    [InlineData(0xfff0_0000u, true)]
    [InlineData(0x0010_0000u, true)]
    [InlineData(0xffff_0000u, false)]
    [InlineData(0u, false)]
    public void Window_is_decoded_where_it_fits(uint address, bool fits)
    {
        _config.AddBar(1, 0x1_0000, is64Bit: false);
        _config.Write(0x14, BitConverter.GetBytes(address));
        Assert.False(_config.TryGetWindow(1, out _));
        _config.Write(0x04, [2]);
        Assert.Equal(fits, _config.TryGetWindow(1, out var found));
        if (fits)
            Assert.Equal(address, found);
        Assert.False(_config.TryGetWindow(0, out _));
    }

    [Fact]
    public void Window_of_a_huge_length_is_decoded_above_4_gib()
    {
        _config.AddBar(0, 1UL << 40, is64Bit: true);
        _config.Write(0x04, [2]);
        _config.Write(0x10, BitConverter.GetBytes(ulong.MaxValue));
        Assert.Equal(0xffff_ff00_0000_0004ul, _config.Get32(0x10) | ((ulong)_config.Get32(0x14) << 32));
        Assert.False(_config.TryGetWindow(0, out _));
        _config.Write(0x10, BitConverter.GetBytes(3UL << 40));
        Assert.True(_config.TryGetWindow(0, out var address));
        Assert.Equal(3UL << 40, address);
    }

    [Fact]
    public void Capabilities_are_chained_and_there_is_an_end_to_the_room()
    {
        var first = _config.AddCapability(0x09, new byte[3]);
        var second = _config.AddCapability(0x11, [1, 2, 3, 4], [0xff, 0, 0xf0, 0]);
        Assert.Equal(0x40, first);
        Assert.Equal(0x48, second);
        Assert.Equal(0x0010, _config.Get16(0x06));
        Assert.Equal(0x40u, _config.Get32(0x34));
        Assert.Equal(0x4809, _config.Get16(first));
        Assert.Equal(0x0011, _config.Get16(second));

        _config.Write(second + 2, [0xee, 0xee, 0xee, 0xee]);
        Assert.Equal(0x04e3_02eeu, _config.Get32(second + 2));
        Assert.Throws<ArgumentException>(() => _config.AddCapability(0x09, new byte[0xb0]));
    }

    [Fact]
    public void Pending_interrupt_shows_in_the_status()
    {
        Span<byte> status = stackalloc byte[2];
        _config.IsInterruptPending = true;
        Assert.Equal(IoResult.Ok, _config.Read(0x06, status));
        Assert.Equal([8, 0], status.ToArray());
        var four = new byte[4];
        _config.Read(0x04, four);
        Assert.Equal([0, 0, 8, 0], four);
        _config.Read(0x07, four);
        Assert.Equal(0, four[0]);
        _config.IsInterruptPending = false;
        _config.Read(0x06, status);
        Assert.Equal([0, 0], status.ToArray());
    }

    [Fact]
    public void Space_of_another_function_is_not_taken_over()
    {
        _config.AddBar(0, 0x1000, is64Bit: false);
        _config.Write(0x10, [0, 0, 0x10, 0xf0]);
        _config.Write(0x04, [6]);
        Span<byte> saved = stackalloc byte[256];
        _config.Save(saved);

        var same = new PciConfigSpace(s_identity);
        Assert.False(same.CanRestore(saved));
        same.AddBar(0, 0x1000, is64Bit: false);
        Assert.True(same.CanRestore(saved));
        Assert.False(same.CanRestore(saved[1..]));
        same.Restore(saved);
        Assert.True(same.TryGetWindow(0, out var address));
        Assert.Equal(0xf010_0000ul, address);

        var other = new PciConfigSpace(s_identity with { Device = 1 });
        other.AddBar(0, 0x1000, is64Bit: false);
        Assert.False(other.CanRestore(saved));
    }
}
