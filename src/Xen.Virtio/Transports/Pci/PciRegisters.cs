using System.Collections.Generic;
using Xen.Machine;
using Xen.Virtio.Spec;

namespace Xen.Virtio.Transports.Pci;

/// <summary>Sizes and directions of the registers, virtio 1.2 §4.1.4.3.</summary>
internal static class PciRegisters
{
    public static RegisterMap<VirtioPciRegister> Map { get; } = new(VirtioPciLayout.CommonLength, Layout());

    private static List<(VirtioPciRegister Id, uint Offset, int Size, RegisterAccess Access)> Layout()
    {
        var layout = new List<(VirtioPciRegister, uint, int, RegisterAccess)>();
        Add(sizeof(uint), RegisterAccess.Read, VirtioPciRegister.DeviceFeature);
        Add(sizeof(uint), RegisterAccess.ReadWrite,
            VirtioPciRegister.DeviceFeatureSelect, VirtioPciRegister.DriverFeatureSelect,
            VirtioPciRegister.DriverFeature,
            VirtioPciRegister.QueueDescLow, VirtioPciRegister.QueueDescHigh,
            VirtioPciRegister.QueueDriverLow, VirtioPciRegister.QueueDriverHigh,
            VirtioPciRegister.QueueDeviceLow, VirtioPciRegister.QueueDeviceHigh);
        Add(sizeof(ushort), RegisterAccess.Read, VirtioPciRegister.QueueCount, VirtioPciRegister.QueueNotifyOffset);
        Add(sizeof(ushort), RegisterAccess.ReadWrite,
            VirtioPciRegister.ConfigVector, VirtioPciRegister.QueueSelect, VirtioPciRegister.QueueSize,
            VirtioPciRegister.QueueVector, VirtioPciRegister.QueueEnable);
        Add(sizeof(byte), RegisterAccess.Read, VirtioPciRegister.ConfigGeneration);
        Add(sizeof(byte), RegisterAccess.ReadWrite, VirtioPciRegister.DeviceStatus);
        return layout;

        void Add(int size, RegisterAccess access, params VirtioPciRegister[] registers)
        {
            foreach (var register in registers)
                layout.Add((register, (uint)register, size, access));
        }
    }
}
