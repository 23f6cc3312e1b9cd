using Microsoft.Extensions.Logging;
using VirtioHosting;
using Xen.Virtio.Storage;
using Xen.Virtio.Storage.Nbd;
using Xen.Virtio.Storage.Qcow2;

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
        ImageFormat.Qcow2 => Qcow2Backend.Open(
            image.Location,
            new Qcow2Options { ReadOnly = image.IsReadOnly, RecoveryLog = image.IsReadOnly ? null : image.RecoveryLog },
            logging.CreateLogger<Qcow2Backend>()),
        _ => NbdBackend.Connect(
            Endpoint(image.Location),
            new NbdOptions { ReadOnly = image.IsReadOnly },
            logging.CreateLogger<NbdBackend>()),
    };

    private static NbdEndpoint Endpoint(string uri) => NbdEndpoint.TryParse(uri, out var endpoint)
        ? endpoint
        : throw new UsageException(
            $"'{uri}' is not an nbd URI: nbd://HOST[:PORT][/EXPORT] or nbd+unix:///[EXPORT]?socket=PATH");
}
