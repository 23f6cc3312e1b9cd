using Xen.DeviceModel;

namespace VirtioHosting.Daemon;

/// <summary>How guests are served, where there is a choice.</summary>
/// <param name="MapAtOnce">Maps a guest's RAM when it is begun with, not where a device first reaches.</param>
/// <param name="KernelDoorbells">Has the kernel answer writes to doorbells.</param>
internal readonly record struct GuestOptions(bool MapAtOnce, bool KernelDoorbells)
{
    /// <summary>What they are for a device model.</summary>
    internal GuestDeviceModelOptions ToDeviceModel() =>
        new() { MapAtOnce = MapAtOnce, UseKernelDoorbells = KernelDoorbells };
}
