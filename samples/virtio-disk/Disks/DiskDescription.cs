using System.Globalization;
using VirtioHosting;
using Xen.DeviceModel;

namespace VirtioDisk.Disks;

/// <summary>A disk, as its keys in the XenStore describe it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Image">Where its bytes are.</param>
/// <param name="Queues">How many queues it offers.</param>
/// <param name="Rings">Which layouts of queues it offers.</param>
/// <param name="Serial">What the guest reads as its serial number; empty for none.</param>
internal sealed record DiskDescription(BackendDevice Device, ImageSpec Image, int Queues, RingOffer Rings, string Serial)
{
    internal const int MostQueues = 64;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="UsageException">A key has a value that means nothing to this program.</exception>
    internal static DiskDescription Of(BackendDevice device)
    {
        var queues = 1;
        if (device["queues"] is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out queues) || queues is < 1 or > MostQueues))
            throw new UsageException($"queues = '{text}', which is not a number from 1 to {MostQueues}");
        return new DiskDescription(device, ImageSpec.OfDevice(device), queues, Offer(device["ring"]), device["serial"] ?? "");
    }

    private static RingOffer Offer(string? text) => text switch
    {
        null or "both" => RingOffer.Both,
        "split" => RingOffer.Split,
        _ => throw new UsageException($"ring = '{text}', which is not split or both"),
    };
}
