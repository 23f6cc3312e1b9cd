using Xen.Sys;

namespace Xen.DeviceModel;

/// <summary>Names a device among those of a back end domain.</summary>
/// <param name="Kind">libxl's kind: <c>virtio_disk</c> or <c>virtio</c>.</param>
/// <param name="Frontend">The guest.</param>
/// <param name="Number">The device's number among the guest's devices of this kind.</param>
public readonly record struct BackendDeviceId(string Kind, DomainId Frontend, uint Number)
{
    /// <summary>As it is in a path of the XenStore: <c>virtio_disk/5/51712</c>.</summary>
    public override string ToString() => $"{Kind}/{Frontend}/{Number}";
}
