using System;
using System.IO;
using VirtioHosting;
using Xen.DeviceModel;

namespace VirtioDisk.Disks;

/// <summary>Where a disk's bytes are.</summary>
/// <param name="Format">What the image is.</param>
/// <param name="Location">A path, or an nbd URI.</param>
/// <param name="IsReadOnly">Opens it for reading, and tells the guest so.</param>
internal sealed record ImageSpec(ImageFormat Format, string Location, bool IsReadOnly)
{
    private const string NbdScheme = "nbd";

    /// <summary>Where a qcow2 image notes what must survive the process; null if nobody would take over.</summary>
    internal string? RecoveryLog { get; init; }

    /// <summary>An image that a user names.</summary>
    /// <param name="image">The user's words.</param>
    /// <param name="format">The format, if the user says one; else an nbd URI is nbd, and all else raw.</param>
    /// <param name="isReadOnly">Whether it is for reading.</param>
    /// <remarks>A format is never guessed from bytes of the image: its guest wrote them.</remarks>
    internal static ImageSpec OfUser(string image, ImageFormat? format, bool isReadOnly)
    {
        var isUri = IsNbdUri(image);
        var chosen = format ?? (isUri ? ImageFormat.Nbd : ImageFormat.Raw);
        if (isUri != (chosen == ImageFormat.Nbd))
            throw new UsageException(isUri
                ? $"--format: {image} is an nbd URI: say nbd, or leave the format out"
                : "--format nbd: the image is to be an nbd URI, like nbd://host/export or nbd+unix:///export?socket=/path");
        return new ImageSpec(chosen, isUri ? image : Path.GetFullPath(image), isReadOnly);
    }

    /// <summary>The image that a device's keys name.</summary>
    /// <exception cref="UsageException">They name none that this program knows.</exception>
    internal static ImageSpec OfDevice(BackendDevice device)
    {
        var isReadOnly = device["mode"] == "r";
        var text = device["params"] ?? "";
        if (device["format"] is { } name)
            return new ImageSpec(Parse(name), text, isReadOnly);
        if (IsNbdUri(text))
            return new ImageSpec(ImageFormat.Nbd, text, isReadOnly);

        // libxl writes the path alone, or a format before it.
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return colon < 0 || (slash >= 0 && slash < colon)
            ? new ImageSpec(ImageFormat.Raw, text, isReadOnly)
            : new ImageSpec(Parse(text[..colon]), text[(colon + 1)..], isReadOnly);
    }

    /// <summary>A format's name in the XenStore.</summary>
    internal static string Name(ImageFormat format) => format switch
    {
        ImageFormat.Raw => "raw",
        ImageFormat.Qcow2 => "qcow2",
        _ => "nbd",
    };

    private static bool IsNbdUri(string text) =>
        text.StartsWith(NbdScheme, StringComparison.OrdinalIgnoreCase)
            && text.Contains("://", StringComparison.Ordinal);

    private static ImageFormat Parse(string name) => name switch
    {
        "raw" or "aio" => ImageFormat.Raw,
        "qcow2" => ImageFormat.Qcow2,
        "nbd" => ImageFormat.Nbd,
        _ => throw new UsageException($"the image's format is '{name}', which is not raw, qcow2 or nbd"),
    };
}
