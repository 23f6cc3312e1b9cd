using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Xen.Machine;
using Xen.Testing.Memory;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Spec;
using Xen.Virtio.Tests.Support;
using Xen.Virtio.Transports.Pci;

namespace Xen.Virtio.Tests.Transports;

/// <summary>The function as firmware and operating system find it: numbers written down from the standards.</summary>
public sealed class PciFunctionTests : IDisposable
{
    private readonly TestPciHost _host = new();
    private readonly RecordingDevice _device = new(3);
    private readonly VirtioPciTransport _function;

    public PciFunctionTests()
    {
        _function = new VirtioPciTransport(_device, new PlainGuestMemory(1 << 20));
        _function.Attach(_host);
    }

    public void Dispose() => _function.Dispose();

    [Fact]
    public void Function_of_a_disk_says_what_it_is()
    {
        Assert.Equal(0x1042_1af4u, Read(0x00, 4));
        Assert.Equal(0x0010_0000u, Read(0x04, 4));
        Assert.Equal(0x0100_0001u, Read(0x08, 4));
        Assert.Equal(0u, Read(0x0e, 1));
        Assert.Equal(0x1100_1af4u, Read(0x2c, 4));
        Assert.Equal(0u, Read(0x30, 4));
        Assert.Equal(1u, Read(0x3d, 1));
    }

    [Fact]
    public void Function_of_an_entropy_source_says_what_it_is()
    {
        using var function = new VirtioPciTransport(new EntropyDevice(), new PlainGuestMemory(1 << 20));
        Assert.Equal(0x1044_1af4u, Read(function, 0x00, 4));
        Assert.Equal(0x00ff_0001u, Read(function, 0x08, 4));
    }

    [Fact]
    public void Capabilities_are_those_of_the_standards()
    {
        var found = new List<string>();
        for (var at = (int)Read(0x34, 1); at != 0; at = (int)Read(at + 1, 1))
        {
            Assert.InRange(at, 0x40, 0xfc);
            Assert.Equal(0, at % 4);
            var id = Read(at, 1);
            found.Add(id == 0x11
                ? $"msix {Read(at + 2, 2):x} {Read(at + 4, 4):x} {Read(at + 8, 4):x}"
                : $"{id:x} length {Read(at + 2, 1)} type {Read(at + 3, 1)} bar {Read(at + 4, 1)} " +
                    $"{Read(at + 8, 4):x}+{Read(at + 12, 4):x}" +
                    (Read(at + 3, 1) == 2 ? $" multiplier {Read(at + 16, 4)}" : ""));
        }

        Assert.Equal(
            [
                "msix 3 2 1002",
                "9 length 16 type 1 bar 0 0+38",
                "9 length 16 type 3 bar 0 1000+1",
                "9 length 16 type 4 bar 0 2000+1000",
                "9 length 20 type 2 bar 0 3000+c multiplier 4",
                "9 length 20 type 5 bar 0 0+0",
            ],
            found);
    }

    // struct virtio_pci_common_cfg, in the order of the standard.
    [Theory]
    [InlineData(VirtioPciRegister.DeviceFeatureSelect, 0x00, 4)]
    [InlineData(VirtioPciRegister.DeviceFeature, 0x04, 4)]
    [InlineData(VirtioPciRegister.DriverFeatureSelect, 0x08, 4)]
    [InlineData(VirtioPciRegister.DriverFeature, 0x0c, 4)]
    [InlineData(VirtioPciRegister.ConfigVector, 0x10, 2)]
    [InlineData(VirtioPciRegister.QueueCount, 0x12, 2)]
    [InlineData(VirtioPciRegister.DeviceStatus, 0x14, 1)]
    [InlineData(VirtioPciRegister.ConfigGeneration, 0x15, 1)]
    [InlineData(VirtioPciRegister.QueueSelect, 0x16, 2)]
    [InlineData(VirtioPciRegister.QueueSize, 0x18, 2)]
    [InlineData(VirtioPciRegister.QueueVector, 0x1a, 2)]
    [InlineData(VirtioPciRegister.QueueEnable, 0x1c, 2)]
    [InlineData(VirtioPciRegister.QueueNotifyOffset, 0x1e, 2)]
    [InlineData(VirtioPciRegister.QueueDescLow, 0x20, 4)]
    [InlineData(VirtioPciRegister.QueueDescHigh, 0x24, 4)]
    [InlineData(VirtioPciRegister.QueueDriverLow, 0x28, 4)]
    [InlineData(VirtioPciRegister.QueueDriverHigh, 0x2c, 4)]
    [InlineData(VirtioPciRegister.QueueDeviceLow, 0x30, 4)]
    [InlineData(VirtioPciRegister.QueueDeviceHigh, 0x34, 4)]
    public void Registers_are_where_the_standard_puts_them(VirtioPciRegister register, uint offset, int size)
    {
        Place(0, 0xf000_0000);
        Assert.Equal(offset, (uint)register);
        Assert.Equal(IoResult.Ok, _host.Read(0xf000_0000 + offset, new byte[size]));
        Assert.NotEqual(IoResult.Ok, _host.Write(0xf000_0000 + offset, new byte[size == 4 ? 1 : size * 2]));
    }

    [Fact]
    public void Registers_hold_what_was_written_until_a_reset()
    {
        Place(0, 0xf000_0000);
        Write64(0x20, 0x1111_2222_3333_4440);
        Write64(0x28, 0x5555_6666_7777_8880);
        Write64(0x30, 0x9999_aaaa_bbbb_ccc0);
        Assert.Equal(0x1111_2222_3333_4440ul, Read64(0x20));
        Assert.Equal(0x5555_6666_7777_8880ul, Read64(0x28));
        Assert.Equal(0x9999_aaaa_bbbb_ccc0ul, Read64(0x30));
        Assert.Equal(0x2222u, ReadRegister(VirtioPciRegister.QueueDescHigh, 4) & 0xffff);

        WriteRegister(VirtioPciRegister.DriverFeatureSelect, 4, 1);
        WriteRegister(VirtioPciRegister.DriverFeature, 4, 0x1234_5678);
        WriteRegister(VirtioPciRegister.DriverFeatureSelect, 4, 0);
        Assert.Equal(0u, ReadRegister(VirtioPciRegister.DriverFeature, 4));
        WriteRegister(VirtioPciRegister.DriverFeatureSelect, 4, 1);
        Assert.Equal(0x1234_5678u, ReadRegister(VirtioPciRegister.DriverFeature, 4));

        Assert.Equal(3u, ReadRegister(VirtioPciRegister.QueueCount, 2));
        WriteRegister(VirtioPciRegister.QueueSelect, 2, 2);
        Assert.Equal(2u, ReadRegister(VirtioPciRegister.QueueNotifyOffset, 2));
        WriteRegister(VirtioPciRegister.QueueSize, 2, 8);
        Assert.Equal(8u, ReadRegister(VirtioPciRegister.QueueSize, 2));

        WriteRegister(VirtioPciRegister.DeviceStatus, 1, 0);
        Assert.Equal(0u, ReadRegister(VirtioPciRegister.QueueSelect, 2));
        Assert.Equal(0u, ReadRegister(VirtioPciRegister.DriverFeatureSelect, 4));
        Assert.Equal(16u, ReadRegister(VirtioPciRegister.QueueSize, 2));
        Assert.Equal(0ul, Read64(0x20));
    }

    [Fact]
    public void Vector_that_does_not_exist_is_refused_and_a_reset_takes_vectors_back()
    {
        Place(0, 0xf000_0000);
        foreach (var register in (VirtioPciRegister[])[VirtioPciRegister.ConfigVector, VirtioPciRegister.QueueVector])
        {
            Assert.Equal(0xffffu, ReadRegister(register, 2));
            WriteRegister(register, 2, 3);
            Assert.Equal(3u, ReadRegister(register, 2));
            WriteRegister(register, 2, 4);
            Assert.Equal(0xffffu, ReadRegister(register, 2));
            WriteRegister(register, 2, 0);
            WriteRegister(register, 2, 0xffff);
            Assert.Equal(0xffffu, ReadRegister(register, 2));
            WriteRegister(register, 2, 1);
            WriteRegister(VirtioPciRegister.DeviceStatus, 1, 0);
            Assert.Equal(0xffffu, ReadRegister(register, 2));
        }

        WriteRegister(VirtioPciRegister.QueueSelect, 2, 3);
        WriteRegister(VirtioPciRegister.QueueVector, 2, 1);
        Assert.Equal(0xffffu, ReadRegister(VirtioPciRegister.QueueVector, 2));
    }

    [Theory]
    [InlineData(0x10, 0xffff_c000u)]
    [InlineData(0x14, 0u)]
    [InlineData(0x18, 0xffff_e000u)]
    [InlineData(0x1c, 0u)]
    [InlineData(0x20, 0u)]
    [InlineData(0x24, 0u)]
    [InlineData(0x30, 0u)]
    public void Length_of_a_window_is_found_by_writing_ones(int register, uint ones)
    {
        Write(register, 4, uint.MaxValue);
        Assert.Equal(ones, Read(register, 4));
        Write(register, 4, 0xe123_4567);
        Assert.Equal(0xe123_4567 & ones, Read(register, 4));
    }

    [Fact]
    public void Window_of_64_bits_is_placed_above_4_gib()
    {
        var host = new TestPciHost();
        using var function = new VirtioPciTransport(
            _device, new PlainGuestMemory(1 << 20), new VirtioPciOptions { Use64BitBar = true });
        function.Attach(host);
        Write(function, 0x10, 4, uint.MaxValue);
        Write(function, 0x14, 4, uint.MaxValue);
        Assert.Equal(0xffff_c004u, Read(function, 0x10, 4));
        Assert.Equal(0xffff_ffffu, Read(function, 0x14, 4));
        Write(function, 0x04, 2, 2);
        Assert.Empty(host.Windows);

        Write(function, 0x10, 4, 0x8000_0000);
        Write(function, 0x14, 4, 0x12);
        Assert.Equal(0x12_8000_0000ul, host.Windows[0].Address);
        Assert.Equal(IoResult.Ok, host.Read(0x12_8000_0012, new byte[2]));
    }

    [Fact]
    public void Windows_are_where_they_are_decoded_and_nowhere_else()
    {
        Write(0x10, 4, 0xf000_0000);
        Assert.Empty(_host.Windows);
        Write(0x04, 2, 2);
        Assert.Equal(0xf000_0000ul, Assert.Single(_host.Windows).Value.Address);
        Write(0x18, 4, 0xf100_0000);
        Assert.Equal(0xf100_0000ul, _host.Windows[2].Address);

        // Byte by byte, as some firmware does.
        Write(0x12, 1, 0x80);
        Assert.Equal(0xf080_0000ul, _host.Windows[0].Address);
        Write(0x10, 4, uint.MaxValue);
        Assert.DoesNotContain(0, _host.Windows);
        Write(0x10, 4, 0);
        Assert.DoesNotContain(0, _host.Windows);
        Write(0x10, 4, 0xe000_0000);
        Assert.Equal(0xe000_0000ul, _host.Windows[0].Address);
        Write(0x04, 2, 0);
        Assert.Empty(_host.Windows);
        Assert.Equal(0u, Read(0x04, 2));
        Write(0x04, 2, 0xffff);
        Assert.Equal(0x406u, Read(0x04, 2));
    }

    [Fact]
    public void Only_what_can_be_written_changes()
    {
        var before = ReadAll();
        for (var i = 0; i < 256; i++)
            Write(i, 1, 0xff);
        for (var i = 0; i < 256; i++)
            Write(i, 1, 0);
        Assert.Equal(before, ReadAll());

        Write(0x3c, 1, 11);
        Assert.Equal(11u, Read(0x3c, 1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(255, 2)]
    [InlineData(256, 1)]
    [InlineData(int.MaxValue, 4)]
    [InlineData(int.MinValue, 4)]
    public void Access_beyond_the_configuration_space_is_refused(int offset, int size)
    {
        Assert.Equal(IoResult.InvalidRegister, _function.ReadConfig(offset, new byte[size]));
        Assert.Equal(IoResult.InvalidRegister, _function.WriteConfig(offset, new byte[size]));
    }

    // Firmware that maps nothing: §4.1.4.9.
    [Fact]
    public void Registers_are_reached_through_the_configuration_space()
    {
        var access = FindAccess();
        Assert.Equal(3u, Through(0x12, 2));
        WriteThrough(0x14, 1, 1);
        WriteThrough(0x14, 1, 3);
        Assert.Equal(DeviceStatus.Acknowledge | DeviceStatus.Driver, _function.Status);
        WriteThrough(0x00, 4, 1);
        Assert.Equal(1u, Through(0x04, 4) & 1);
        Assert.Equal(0x88u, Through(0x2000, 1));
        Assert.Equal(0u, Through(0x1000, 1));

        // A structure's end, another window, a length that is none: no effect, no fault.
        Assert.Equal(uint.MaxValue, Through(0x38, 4));
        Write(access + 4, 1, 2);
        WriteThroughAt(access, 0x14, 1, 0);
        Write(access + 4, 1, 0);
        foreach (var length in (uint[])[0, 3, 8, uint.MaxValue])
        {
            Write(access + 8, 4, 0x14);
            Write(access + 12, 4, length);
            Write(access + 16, 4, 0);
            Read(access + 16, 4);
        }

        Write(access + 8, 4, uint.MaxValue);
        Write(access + 12, 4, 1);
        Write(access + 16, 4, 0);
        Assert.Equal(DeviceStatus.Acknowledge | DeviceStatus.Driver, _function.Status);
        Assert.Empty(_host.Windows);

        uint Through(uint offset, uint length)
        {
            Write(access + 8, 4, offset);
            Write(access + 12, 4, length);
            return Read(access + 16, (int)length);
        }

        void WriteThrough(uint offset, uint length, uint value) => WriteThroughAt(access, offset, length, value);

        void WriteThroughAt(int at, uint offset, uint length, uint value)
        {
            Write(at + 8, 4, offset);
            Write(at + 12, 4, length);
            Write(at + 16, (int)length, value);
        }
    }

    [Fact]
    public void Device_with_more_queues_than_doorbells_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new VirtioPciTransport(
            new RecordingDevice(VirtioPciTransport.MaxQueues + 1), new PlainGuestMemory(1 << 20)));
        Assert.Throws<ArgumentException>(() => new VirtioPciTransport(
            new RecordingDevice(2), new PlainGuestMemory(1 << 20), new VirtioPciOptions { Journals = [] }));
    }

    [Fact]
    public void Function_is_plugged_in_once() =>
        Assert.Throws<InvalidOperationException>(() => _function.Attach(_host));

    [Fact]
    public void Disk_of_the_most_queues_is_found()
    {
        using var function = new VirtioPciTransport(
            new RecordingDevice(VirtioPciTransport.MaxQueues), new PlainGuestMemory(1 << 20));
        var host = new TestPciHost();
        function.Attach(host);
        var driver = new PciGuestDriver(function, host, new PlainGuestMemory(1 << 20));
        driver.Probe();
        Assert.Equal(1024u, driver.ReadRegister(VirtioPciRegister.QueueCount, 2));
        Assert.Equal(1024u, Read(function, driver.MessageCapability + 2, 2) & 0x7ff);
    }

    private static uint Read(VirtioPciTransport function, int offset, int size)
    {
        Span<byte> data = stackalloc byte[4];
        data.Clear();
        Assert.Equal(IoResult.Ok, function.ReadConfig(offset, data[..size]));
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    private static void Write(VirtioPciTransport function, int offset, int size, uint value) =>
        function.WriteConfig(offset, BitConverter.GetBytes(value).AsSpan(0, size));

    private uint Read(int offset, int size) => Read(_function, offset, size);

    private void Write(int offset, int size, uint value) => Write(_function, offset, size, value);

    private byte[] ReadAll()
    {
        var all = new byte[256];
        Assert.Equal(IoResult.Ok, _function.ReadConfig(0, all));
        return all;
    }

    private int FindAccess()
    {
        var at = (int)Read(0x34, 1);
        while (Read(at, 1) != 9 || Read(at + 3, 1) != 5)
            at = (int)Read(at + 1, 1);
        return at;
    }

    private void Place(int bar, uint address)
    {
        Write(0x10 + (bar * 4), 4, address);
        Write(0x04, 2, 6);
    }

    private uint ReadRegister(VirtioPciRegister register, int size)
    {
        Span<byte> data = stackalloc byte[4];
        data.Clear();
        Assert.Equal(IoResult.Ok, _host.Read(0xf000_0000 + (uint)register, data[..size]));
        return BinaryPrimitives.ReadUInt32LittleEndian(data);
    }

    private void WriteRegister(VirtioPciRegister register, int size, uint value) => Assert.Equal(
        IoResult.Ok, _host.Write(0xf000_0000 + (uint)register, BitConverter.GetBytes(value).AsSpan(0, size)));

    private ulong Read64(uint offset)
    {
        var data = new byte[8];
        Assert.Equal(IoResult.Ok, _host.Read(0xf000_0000 + offset, data));
        return BinaryPrimitives.ReadUInt64LittleEndian(data);
    }

    private void Write64(uint offset, ulong value) =>
        Assert.Equal(IoResult.Ok, _host.Write(0xf000_0000 + offset, BitConverter.GetBytes(value)));
}
