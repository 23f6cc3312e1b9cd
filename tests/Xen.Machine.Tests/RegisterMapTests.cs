using System;
using System.Collections.Generic;

namespace Xen.Machine.Tests;

public sealed class RegisterMapTests
{
    private readonly RegisterMap<Register> _map = new(
        0x20,
        [
            (Register.Identity, 0x00, 4, RegisterAccess.Read),
            (Register.Command, 0x04, 4, RegisterAccess.Write),
            (Register.Wide, 0x08, 8, RegisterAccess.ReadWrite),
            (Register.Byte, 0x11, 1, RegisterAccess.ReadWrite),
        ]);

    private readonly Dictionary<Register, ulong> _values = new()
    {
        [Register.Identity] = 0x11223344,
        [Register.Wide] = 0x0102030405060708,
        [Register.Byte] = 0x7f,
    };

    private enum Register
    {
        Identity,
        Command,
        Wide,
        Byte,
    }

    [Theory]
    [InlineData(0x00, new byte[] { 0x44, 0x33, 0x22, 0x11 })]
    [InlineData(0x02, new byte[] { 0x22, 0x11 })]
    [InlineData(0x03, new byte[] { 0x11 })]
    [InlineData(0x08, new byte[] { 8, 7, 6, 5, 4, 3, 2, 1 })]
    [InlineData(0x0c, new byte[] { 4, 3, 2, 1 })]
    [InlineData(0x11, new byte[] { 0x7f })]
    public void Aligned_part_of_a_register_is_read_from_the_whole(ulong offset, byte[] expected)
    {
        var data = new byte[expected.Length];
        Assert.Equal(IoResult.Ok, Read(offset, data));
        Assert.Equal(expected, data);
    }

    [Theory]
    [InlineData(0x01, 2, IoResult.InvalidAccessSize)] // not aligned
    [InlineData(0x00, 8, IoResult.InvalidAccessSize)] // across two registers
    [InlineData(0x00, 3, IoResult.InvalidAccessSize)] // no such width
    [InlineData(0x04, 4, IoResult.WrongDirection)]
    [InlineData(0x10, 1, IoResult.InvalidRegister)] // between registers
    [InlineData(0x20, 1, IoResult.InvalidRegister)] // behind the last
    [InlineData(ulong.MaxValue, 1, IoResult.InvalidRegister)]
    public void Read_that_fits_no_register_says_why(ulong offset, int size, IoResult expected) =>
        Assert.Equal(expected, Read(offset, new byte[size]));

    [Fact]
    public void Write_reaches_its_register_whole()
    {
        Assert.Equal(IoResult.Ok, Write(0x08, [1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal(0x0807060504030201UL, _values[Register.Wide]);
        Assert.Equal(IoResult.Ok, Write(0x04, [0xaa, 0, 0, 0xff]));
        Assert.Equal(0xff0000aaUL, _values[Register.Command]);
    }

    [Fact]
    public void Half_a_write_is_refused()
    {
        Assert.Equal(IoResult.InvalidAccessSize, Write(0x04, [1, 2]));
        Assert.Equal(IoResult.InvalidAccessSize, Write(0x0c, [1, 2, 3, 4]));
        Assert.Equal(IoResult.WrongDirection, Write(0x00, [1, 2, 3, 4]));
        Assert.False(_values.ContainsKey(Register.Command));
    }

    [Theory]
    [InlineData(0x1eu, 4)] // reaches beyond
    [InlineData(0x12u, 4)] // not aligned
    [InlineData(0x10u, 3)] // no such width
    [InlineData(0xfffffffcu, 4)]
    public void Register_with_a_bad_place_is_the_callers_mistake(uint offset, int size) =>
        Assert.Throws<ArgumentException>(
            () => new RegisterMap<Register>(0x20, [(Register.Wide, offset, size, RegisterAccess.Read)]));

    [Fact]
    public void Overlap_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => new RegisterMap<Register>(
            0x20, [(Register.Wide, 0, 8, RegisterAccess.Read), (Register.Byte, 7, 1, RegisterAccess.Read)]));

    private IoResult Read(ulong offset, byte[] data) =>
        _map.Read(offset, data, this, static (self, register) => self._values[register]);

    private IoResult Write(ulong offset, byte[] data) =>
        _map.Write(offset, data, this, static (self, register, value) => self._values[register] = value);
}
