namespace Xen.Virtio.Transports.Core;

/// <summary>Which transport has saved a state.</summary>
internal enum StateKind : byte
{
    Mmio = 1,
    Pci = 2,
}
