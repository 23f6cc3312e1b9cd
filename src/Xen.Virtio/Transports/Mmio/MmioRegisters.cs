using System.Collections.Generic;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Mmio;

/// <summary>Directions of the registers, virtio 1.2 §4.2.2, Table 4.1.</summary>
internal static class MmioRegisters
{
    public static RegisterMap<MmioRegister> Map { get; } = new(MmioLayout.ConfigOffset, Layout());

    private static List<(MmioRegister Id, uint Offset, int Size, RegisterAccess Access)> Layout()
    {
        var layout = new List<(MmioRegister, uint, int, RegisterAccess)>();
        Add(RegisterAccess.Read,
            MmioRegister.MagicValue, MmioRegister.Version, MmioRegister.DeviceId, MmioRegister.VendorId,
            MmioRegister.DeviceFeatures, MmioRegister.QueueSizeMax, MmioRegister.InterruptStatus,
            MmioRegister.ShmLengthLow, MmioRegister.ShmLengthHigh, MmioRegister.ShmBaseLow,
            MmioRegister.ShmBaseHigh, MmioRegister.ConfigGeneration);
        Add(RegisterAccess.Write,
            MmioRegister.DeviceFeaturesSel, MmioRegister.DriverFeatures, MmioRegister.DriverFeaturesSel,
            MmioRegister.QueueSel, MmioRegister.QueueSize, MmioRegister.QueueNotify, MmioRegister.InterruptAck,
            MmioRegister.QueueDescLow, MmioRegister.QueueDescHigh, MmioRegister.QueueDriverLow,
            MmioRegister.QueueDriverHigh, MmioRegister.QueueDeviceLow, MmioRegister.QueueDeviceHigh,
            MmioRegister.ShmSel);
        Add(RegisterAccess.ReadWrite, MmioRegister.QueueReady, MmioRegister.Status);
        return layout;

        void Add(RegisterAccess access, params MmioRegister[] registers)
        {
            foreach (var register in registers)
                layout.Add((register, (uint)register, sizeof(uint), access));
        }
    }
}
