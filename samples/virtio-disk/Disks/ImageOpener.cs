using Microsoft.Extensions.Logging;
using Xen.Virtio.Storage;

namespace VirtioDisk.Disks;

/// <summary>Opens images of every format.</summary>
internal static class ImageOpener
{
    /// <summary>Opens an image.</summary>
    /// <returns>The back end, to be disposed of if it can be.</returns>
    /// <exception cref="BlockBackendException">It is not there, in use, damaged, or not reachable.</exception>
    /// <exception cref="UsageException">Its format is not known.</exception>
    internal static IBlockBackend Open(ImageSpec image, ILoggerFactory logging) => image.Format switch
    {
        ImageFormat.Raw => RawFileBackend.Open(
            image.Location,
            new RawFileOptions { ReadOnly = image.IsReadOnly },
            logging.CreateLogger<RawFileBackend>()),
        _ => throw new UsageException($"{image.Location}: {ImageSpec.Name(image.Format)} images are not known"),
    };
}
