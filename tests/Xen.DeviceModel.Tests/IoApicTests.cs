using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Machine;

namespace Xen.DeviceModel.Tests;

public sealed class IoApicTests : IMsiSink
{
    private const uint Masked = 1 << 16;

    private readonly List<MsiMessage> _delivered = [];
    private readonly IoApic _ioApic;

    public IoApicTests() => _ioApic = new IoApic(this);

    void IMsiSink.Deliver(MsiMessage message) => _delivered.Add(message);

    [Fact]
    public void What_the_guest_has_programmed_survives_in_the_saved_state()
    {
        var changes = 0;
        _ioApic.StateChanged += (_, _) => changes++;
        Program(5, low: 0x0922, high: 0x03000000);
        WriteIndexed(0, 0x05000000);
        Assert.NotEqual(0, changes);

        var restored = new IoApic(this);
        Assert.True(restored.TryRestoreState(_ioApic.SaveState()));
        Assert.Equal(_ioApic.SaveState(), restored.SaveState());
        restored.GetLine(5).SetLevel(true);
        Assert.Equal([new MsiMessage(0xfee03004, 0x0122)], _delivered);
    }

    [Fact]
    public void Saved_state_that_is_none_changes_nothing()
    {
        Program(5, low: 0x0922, high: 0x03000000);
        var state = _ioApic.SaveState();
        Assert.False(_ioApic.TryRestoreState([]));
        Assert.False(_ioApic.TryRestoreState(state.AsSpan(1)));
        Assert.False(_ioApic.TryRestoreState([2, .. state.AsSpan(1)]));
        Assert.Equal(state, _ioApic.SaveState());

        // Any bits are an entry; what cannot be written stays as it is.
        var random = new byte[state.Length];
        new Random(3).NextBytes(random);
        random[0] = state[0];
        Assert.True(_ioApic.TryRestoreState(random));
        foreach (var input in new[] { 0, 5, 23 })
            _ioApic.GetLine(input).SetLevel(true);
    }

    [Fact]
    public void Version_register_names_24_inputs() => Assert.Equal(0x00170011u, ReadIndexed(1));

    [Fact]
    public void Identifier_keeps_its_four_bits()
    {
        WriteIndexed(0, uint.MaxValue);
        Assert.Equal(0x0f000000u, ReadIndexed(0));
    }

    [Fact]
    public void Entries_are_masked_at_reset()
    {
        for (uint input = 0; input < IoApic.InputCount; input++)
            Assert.Equal(Masked, ReadIndexed(0x10 + (2 * input)));
    }

    [Fact]
    public void Rising_edge_sends_the_message_of_the_entry()
    {
        Program(5, low: 0x0922, high: 0x03000000);
        _ioApic.GetLine(5).SetLevel(true);
        Assert.Equal([new MsiMessage(0xfee03004, 0x0122)], _delivered);
    }

    [Fact]
    public void Only_rising_edges_send()
    {
        Program(5, low: 0x22, high: 0);
        var line = _ioApic.GetLine(5);
        line.SetLevel(true);
        line.SetLevel(true);
        line.SetLevel(false);
        line.SetLevel(false);
        Assert.Single(_delivered);
        line.SetLevel(true);
        Assert.Equal(2, _delivered.Count);
    }

    [Fact]
    public void Drivers_that_share_an_input_are_heard_whatever_the_others_levels_are()
    {
        Program(5, low: 0x22, high: 0);
        var (first, second) = (_ioApic.GetLine(5), _ioApic.GetLine(5));
        first.SetLevel(true);
        second.SetLevel(true);
        Assert.Equal(2, _delivered.Count);

        // The level of one is not that of the other.
        first.SetLevel(false);
        second.SetLevel(true);
        Assert.Equal(2, _delivered.Count);
        first.SetLevel(true);
        Assert.Equal(3, _delivered.Count);
    }

    [Fact]
    public void Edge_that_comes_while_masked_is_sent_once_when_unmasked()
    {
        Program(5, low: Masked | 0x22, high: 0);
        var line = _ioApic.GetLine(5);
        line.SetLevel(true);
        line.SetLevel(false);
        line.SetLevel(true);
        Assert.Empty(_delivered);
        Program(5, low: 0x22, high: 0);
        Assert.Single(_delivered);
        Program(5, low: 0x22, high: 0);
        Assert.Single(_delivered);
    }

    [Theory]
    [InlineData(0x0fu)] // reserved vector
    [InlineData(0x222u)] // SMI
    [InlineData(0x422u)] // NMI
    [InlineData(0x522u)] // INIT
    [InlineData(0x722u)] // external interrupt
    public void Entry_that_names_no_deliverable_interrupt_sends_nothing(uint low)
    {
        Program(5, low, high: 0);
        _ioApic.GetLine(5).SetLevel(true);
        Assert.Empty(_delivered);
    }

    [Fact]
    public void Read_only_bits_of_an_entry_cannot_be_written()
    {
        Program(5, low: uint.MaxValue, high: uint.MaxValue);
        Assert.Equal(uint.MaxValue & ~((1u << 12) | (1u << 14)), ReadIndexed(0x1a));
    }

    [Fact]
    public void No_access_of_a_guest_is_too_odd()
    {
        var random = new Random(4711);
        Span<byte> data = stackalloc byte[8];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(data);
            var size = 1 << random.Next(4);
            var offset = random.Next(2) == 0 ? (ulong)random.Next(0x1000 - 8) : (ulong)random.Next(3) * 0x10;
            _ = random.Next(2) == 0 ? _ioApic.Read(offset, data[..size]) : _ioApic.Write(offset, data[..size]);
            _ioApic.GetLine(random.Next(IoApic.InputCount)).SetLevel(random.Next(2) == 0);
        }

        Program(5, low: 0x31, high: 0);
        _ioApic.GetLine(5).SetLevel(false);
        _delivered.Clear();
        _ioApic.GetLine(5).SetLevel(true);
        Assert.Equal([new MsiMessage(0xfee00000, 0x31)], _delivered);
    }

    [Fact]
    public void Input_that_does_not_exist_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ioApic.GetLine(IoApic.InputCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ioApic.GetLine(-1));
    }

    private void Program(uint input, uint low, uint high)
    {
        WriteIndexed(0x11 + (2 * input), high);
        WriteIndexed(0x10 + (2 * input), low);
    }

    private uint ReadIndexed(uint index)
    {
        Write(0, index);
        Span<byte> data = stackalloc byte[4];
        Assert.Equal(IoResult.Ok, _ioApic.Read(0x10, data));
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    private void WriteIndexed(uint index, uint value)
    {
        Write(0, index);
        Write(0x10, value);
    }

    private void Write(ulong offset, uint value)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        Assert.Equal(IoResult.Ok, _ioApic.Write(offset, data));
    }
}
