using System.Collections.Generic;
using System.Globalization;

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

    /// <summary>
    /// Values of the key <c>type</c> that are looked for, such as <c>virtio,device22</c> (libxl writes the device's number
    /// in hexadecimal); devices of other types are somebody else's, and nothing is said of them. Null for all.
    /// </summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>The type of a virtio device, as libxl and xl.cfg name it: <c>virtio,device22</c> for an I2C adapter.</summary>
    /// <param name="deviceId">The device's number in the virtio standard, 34 for an I2C adapter.</param>
    public static string VirtioType(int deviceId) => string.Create(CultureInfo.InvariantCulture, $"virtio,device{deviceId:x}");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
