using System;
using System.Buffers.Binary;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Pci;

/// <summary>Identity, windows and capabilities of the function (virtio 1.2 §4.1.2 to §4.1.4).</summary>
internal static class PciFunctionLayout
{
    /// <summary>The window of the registers.</summary>
    public const int RegisterBar = 0;

    /// <summary>The window of the vectors. Not the next one: the registers' may be placed by 64 bits.</summary>
    public const int MessageBar = 2;

    // A page each, so that a guest can map them apart.
    public const uint CommonOffset = 0x0000;
    public const uint IsrOffset = 0x1000;
    public const uint DeviceOffset = 0x2000;
    public const uint NotifyOffset = 0x3000;
    public const uint WindowLength = 0x4000;

    public const uint PageLength = 0x1000;
    public const uint NotifyMultiplier = 4;
    public const uint IsrLength = 1;
    public const int MaxQueues = (int)((WindowLength - NotifyOffset) / NotifyMultiplier);

    private const int HeaderLength = 2;
    private const uint MassStorage = 0x01_00_00;
    private const uint NoOtherClass = 0x00_ff_00;

    // QEMU's, because drivers for Windows ask for it.
    private const ushort Subsystem = 0x1100;

    public static PciConfigSpace CreateConfigSpace(VirtioDeviceId device, bool use64BitBar)
    {
        var config = new PciConfigSpace(new PciIdentity(
            VirtioPciLayout.VendorId, (ushort)(VirtioPciLayout.DeviceIdBase + (int)device), Revision: 1,
            device == VirtioDeviceId.Block ? MassStorage : NoOtherClass, VirtioPciLayout.VendorId, Subsystem));
        config.AddBar(RegisterBar, WindowLength, use64BitBar);
        return config;
    }

    /// <summary>Adds the capabilities of the four structures.</summary>
    public static void AddStructures(PciConfigSpace config, int queues)
    {
        Add(config, VirtioPciCapability.Common, CommonOffset, VirtioPciLayout.CommonLength);
        Add(config, VirtioPciCapability.Isr, IsrOffset, IsrLength);
        Add(config, VirtioPciCapability.Device, DeviceOffset, PageLength);

        Span<byte> notify = stackalloc byte[VirtioPciLayout.NotifyCapabilityLength];
        Format(notify, VirtioPciCapability.Notify, NotifyOffset, (uint)queues * NotifyMultiplier);
        BinaryPrimitives.WriteUInt32LittleEndian(notify[VirtioPciLayout.NotifyMultiplierOffset..], NotifyMultiplier);
        config.AddCapability(PciLayout.VendorCapability, notify[HeaderLength..]);
    }

    /// <summary>Adds the capability through which the windows can be reached without being placed (§4.1.4.9).</summary>
    /// <returns>Its offset.</returns>
    public static int AddPciConfigAccess(PciConfigSpace config)
    {
        Span<byte> capability = stackalloc byte[VirtioPciLayout.PciConfigCapabilityLength];
        Format(capability, VirtioPciCapability.PciConfig, 0, 0);
        Span<byte> writable = stackalloc byte[VirtioPciLayout.PciConfigCapabilityLength];
        writable[VirtioPciLayout.CapabilityBarOffset] = byte.MaxValue;
        writable[VirtioPciLayout.CapabilityOffsetOffset..].Fill(byte.MaxValue);
        return config.AddCapability(
            PciLayout.VendorCapability, capability[HeaderLength..], writable[HeaderLength..]);
    }

    /// <summary>Adds the table of vectors.</summary>
    /// <returns>The offset of its capability.</returns>
    public static int AddMessages(PciConfigSpace config, MsixTable messages)
    {
        config.AddBar(MessageBar, messages.Length, is64Bit: false);
        Span<byte> body = stackalloc byte[MsixTable.CapabilityBodyLength];
        Span<byte> writable = stackalloc byte[MsixTable.CapabilityBodyLength];
        messages.WriteCapability(MessageBar, body, writable);
        return config.AddCapability(PciLayout.MsixCapability, body, writable);
    }

    private static void Add(PciConfigSpace config, VirtioPciCapability type, uint offset, uint length)
    {
        Span<byte> capability = stackalloc byte[VirtioPciLayout.CapabilityLength];
        Format(capability, type, offset, length);
        config.AddCapability(PciLayout.VendorCapability, capability[HeaderLength..]);
    }

    private static void Format(Span<byte> capability, VirtioPciCapability type, uint offset, uint length)
    {
        capability.Clear();
        capability[VirtioPciLayout.CapabilityLengthOffset] = (byte)capability.Length;
        capability[VirtioPciLayout.CapabilityTypeOffset] = (byte)type;
        capability[VirtioPciLayout.CapabilityBarOffset] = RegisterBar;
        BinaryPrimitives.WriteUInt32LittleEndian(capability[VirtioPciLayout.CapabilityOffsetOffset..], offset);
        BinaryPrimitives.WriteUInt32LittleEndian(capability[VirtioPciLayout.CapabilityLengthFieldOffset..], length);
    }
}
