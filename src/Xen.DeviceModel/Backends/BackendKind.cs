using System.Collections.Generic;

namespace Xen.DeviceModel;

/// <summary>
/// A kind of device, as toolstacks name it in the XenStore, and what must be known before one can be served.
/// </summary>
/// <param name="Name">The part of the path.</param>
/// <param name="RequiredKeys">Keys of the back end's directory without which a device is not complete, beyond those of
/// its transport.</param>
public sealed record BackendKind(string Name, IReadOnlyList<string> RequiredKeys)
{
    /// <summary>libxl's disks with <c>specification=virtio</c>.</summary>
    public static BackendKind VirtioDisk { get; } = new("virtio_disk", ["mode", "params"]);

    /// <summary>libxl's <c>virtio = [...]</c>, with the device's type in <c>type</c>.</summary>
    public static BackendKind Virtio { get; } = new("virtio", ["type"]);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
