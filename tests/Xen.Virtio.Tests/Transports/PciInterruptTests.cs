using System;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;

namespace Xen.Virtio.Tests.Transports;

/// <summary>Messages with their masks, the pin with its status, and the change from one to the other.</summary>
public sealed class PciInterruptTests
{
    [Fact]
    public void Each_queue_signals_its_own_vector()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out _);
        SignalUsed(device, 1);
        SignalUsed(device, 0);
        device.ChangeConfig();
        Assert.Equal(
            [PciGuestDriver.MessageOf(2), PciGuestDriver.MessageOf(1), PciGuestDriver.MessageOf(0)], Taken(bench));
        Assert.Equal(0, bench.Host.Interrupt.EdgeCount);
    }

    [Fact]
    public void Queue_without_a_vector_is_silent()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        guest.SelectedQueue = 0;
        guest.WriteRegister(VirtioPciRegister.QueueVector, 2, VirtioPciLayout.NoVector);
        SignalUsed(device, 0);
        Assert.Empty(Taken(bench));
        SignalUsed(device, 1);
        Assert.Single(Taken(bench));
    }

    [Fact]
    public void Masked_vector_is_pending_and_comes_once_when_it_is_unmasked()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        guest.WriteVector(1, PciGuestDriver.MessageOf(1), masked: true);
        SignalUsed(device, 0);
        SignalUsed(device, 0);
        SignalUsed(device, 1);
        Assert.Equal([PciGuestDriver.MessageOf(2)], Taken(bench));
        Assert.Equal(0b010u, ReadPending(guest));

        guest.WriteVector(1, PciGuestDriver.MessageOf(7), masked: false);
        Assert.Equal([PciGuestDriver.MessageOf(7)], Taken(bench));
        Assert.Equal(0u, ReadPending(guest));
    }

    [Fact]
    public void Mask_of_the_function_holds_all_vectors_back()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        guest.WriteMessageControl(enabled: true, masked: true);
        guest.WriteVector(2, PciGuestDriver.MessageOf(2), masked: true);
        SignalUsed(device, 0);
        SignalUsed(device, 1);
        device.ChangeConfig();
        Assert.Empty(Taken(bench));
        Assert.Equal(0b111u, ReadPending(guest));

        guest.WriteMessageControl(enabled: true, masked: false);
        Assert.Equal([PciGuestDriver.MessageOf(0), PciGuestDriver.MessageOf(1)], Taken(bench));
        Assert.Equal(0b100u, ReadPending(guest));
    }

    [Fact]
    public void Function_that_may_not_write_to_memory_sends_no_message()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        guest.WriteCommand(PciCommands.Memory);
        SignalUsed(device, 0);
        Assert.Empty(Taken(bench));
        guest.WriteCommand(PciCommands.Memory | PciCommands.BusMaster);
        Assert.Equal([PciGuestDriver.MessageOf(1)], Taken(bench));
    }

    // Linux on Xen asks for an event channel this way, and leaves the mask as it was after the reset.
    [Theory]
    [InlineData(0x0000_0000_fee1_1000ul, 0x700u)]
    [InlineData(0x0000_0100_fee0_2000ul, 0x4300u)]
    public void Message_for_an_event_channel_is_not_masked_and_not_changed(ulong address, uint data)
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        guest.WriteVector(1, new MsiMessage(address, data), masked: true);
        SignalUsed(device, 0);
        Assert.Equal([new MsiMessage(address, data)], Taken(bench));
    }

    [Fact]
    public void Entry_that_was_never_written_sends_nothing()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        guest.WriteVector(1, default, masked: true);
        SignalUsed(device, 0);
        Assert.Empty(Taken(bench));
    }

    [Fact]
    public void Table_reads_what_was_written_without_the_bits_that_an_entry_does_not_have()
    {
        using var bench = Start(TransportKind.PciMessages, out _, out var guest);
        guest.WriteVector(1, new MsiMessage(0x1122_3344_5566_778f, 0xaabb_ccdd), masked: false);
        bench.Host.Write(guest.AddressOfVector(1) + 12, [0xfe, 0xff, 0xff, 0xff]);
        var entry = new byte[16];
        for (var i = 0; i < 16; i += 4)
            bench.Host.Read(guest.AddressOfVector(1) + (uint)i, entry.AsSpan(i, 4));
        Assert.Equal(
            [0x8c, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0xdd, 0xcc, 0xbb, 0xaa, 0, 0, 0, 0], entry);

        // Half a register, and the pending bits, cannot be written.
        Assert.NotEqual(IoResult.Ok, bench.Host.Write(guest.AddressOfVector(1), [1, 2]));
        Assert.NotEqual(IoResult.Ok, bench.Host.Write(guest.AddressOfVector(0) + 0x1000, [0xff, 0xff, 0xff, 0xff]));
        Assert.Equal(0u, ReadPending(guest));
    }

    [Fact]
    public void Pin_is_asserted_until_the_status_is_read()
    {
        using var bench = Start(TransportKind.PciPin, out var device, out var guest);
        Assert.Equal(0u, StatusInterrupt(guest));
        SignalUsed(device, 0);
        Assert.True(bench.Host.Interrupt.IsAsserted);
        Assert.NotEqual(0u, StatusInterrupt(guest));
        device.ChangeConfig();
        Assert.Equal(1, bench.Host.Interrupt.EdgeCount);

        Assert.Equal(InterruptCauses.UsedBuffer | InterruptCauses.ConfigChange, guest.TakeInterrupt());
        Assert.False(bench.Host.Interrupt.IsAsserted);
        Assert.Equal(0u, StatusInterrupt(guest));
        Assert.Equal(InterruptCauses.None, guest.TakeInterrupt());

        SignalUsed(device, 1);
        Assert.Equal(2, bench.Host.Interrupt.EdgeCount);
        Assert.Equal(InterruptCauses.UsedBuffer, guest.TakeInterrupt());
        Assert.Empty(Taken(bench));
    }

    [Fact]
    public void Pin_that_is_disabled_stays_low_and_the_status_tells()
    {
        using var bench = Start(TransportKind.PciPin, out var device, out var guest);
        guest.WriteCommand(PciCommands.Memory | PciCommands.InterruptDisable);
        SignalUsed(device, 0);
        Assert.False(bench.Host.Interrupt.IsAsserted);
        Assert.NotEqual(0u, StatusInterrupt(guest));
        guest.WriteCommand(PciCommands.Memory);
        Assert.True(bench.Host.Interrupt.IsAsserted);
    }

    [Fact]
    public void Reset_lowers_the_pin()
    {
        using var bench = Start(TransportKind.PciPin, out var device, out var guest);
        SignalUsed(device, 0);
        guest.Reset();
        Assert.False(bench.Host.Interrupt.IsAsserted);
        Assert.Equal(InterruptCauses.None, guest.TakeInterrupt());
    }

    [Fact]
    public void Messages_take_the_place_of_the_pin()
    {
        using var bench = Start(TransportKind.PciPin, out var device, out var guest);
        SignalUsed(device, 0);
        guest.WriteMessageControl(enabled: true, masked: false);
        Assert.False(bench.Host.Interrupt.IsAsserted);
        Assert.Equal(0u, StatusInterrupt(guest));
        guest.WriteMessageControl(enabled: false, masked: false);
        Assert.True(bench.Host.Interrupt.IsAsserted);
    }

    [Fact]
    public void Late_signal_of_a_reset_device_is_dropped()
    {
        using var bench = Start(TransportKind.PciMessages, out var device, out var guest);
        var host = device.Running[0].Resources.Host;
        guest.Reset();
        host.SignalUsed();
        Assert.Empty(Taken(bench));
    }

    private static TransportBench Start(TransportKind kind, out RecordingDevice device, out PciGuestDriver guest)
    {
        device = new RecordingDevice(2);
        var bench = new TransportBench(kind, device);
        guest = (PciGuestDriver)bench.Guest;
        guest.Negotiate();
        guest.SetUpQueue(0);
        guest.SetUpQueue(1);
        guest.SetDriverOk();
        return bench;
    }

    private static void SignalUsed(RecordingDevice device, int queue) =>
        device.Running[queue].Resources.Host.SignalUsed();

    private static List<MsiMessage> Taken(TransportBench bench)
    {
        var taken = new List<MsiMessage>();
        while (bench.Host.Messages.TryTake(TimeSpan.Zero, out var message))
            taken.Add(message);
        return taken;
    }

    private static uint ReadPending(PciGuestDriver guest)
    {
        var data = new byte[4];
        Assert.Equal(IoResult.Ok, guest.Host.Read(guest.AddressOfVector(0) + 0x1000, data));
        return BitConverter.ToUInt32(data);
    }

    private static uint StatusInterrupt(PciGuestDriver guest) =>
        guest.ReadConfigSpace(PciLayout.StatusOffset, sizeof(ushort)) & PciLayout.StatusInterrupt;
}
