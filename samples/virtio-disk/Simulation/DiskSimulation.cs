using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioDisk.Disks;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Testing.Virtio;

namespace VirtioDisk.Simulation;

/// <summary>A disk for a scripted guest: an image of the user's, or an empty one.</summary>
internal sealed class DiskSimulation : IDeviceSimulation
{
    private const int OwnImageLength = 16 << 20;

    private readonly ImageSpec _image;
    private readonly int _queues;
    private readonly TextWriter _output;
    private readonly DirectoryInfo? _folder;

    private DiskSimulation(ImageSpec image, int queues, TextWriter output, DirectoryInfo? folder)
    {
        _image = image;
        _queues = queues;
        _output = output;
        _folder = folder;
        Keys = DiskKind.Keys(image, queues, "simulated");
    }

    public IReadOnlyList<KeyValuePair<string, string>> Keys { get; }

    /// <summary>Makes one.</summary>
    /// <param name="image">The user's image; null for an empty one.</param>
    /// <param name="format">Its format; null if the user does not say it.</param>
    /// <param name="isReadOnly">Whether it is for reading.</param>
    /// <param name="queues">How many queues the guest uses.</param>
    /// <param name="output">Takes what is shown.</param>
    /// <exception cref="UsageException">Image and format do not fit.</exception>
    /// <exception cref="IOException">The image cannot be opened.</exception>
    internal static DiskSimulation Create(
        string? image, ImageFormat? format, bool isReadOnly, int queues, TextWriter output)
    {
        var folder = image is null ? Directory.CreateTempSubdirectory("virtio-disk-") : null;
        try
        {
            var spec = ImageSpec.OfUser(image ?? MakeImage(folder!.FullName), format, isReadOnly);
            (ImageOpener.Open(spec, NullLoggerFactory.Instance) as IDisposable)?.Dispose();
            return new DiskSimulation(spec, queues, output, folder);
        }
        catch
        {
            folder?.Delete(recursive: true);
            throw;
        }
    }

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context) => new DiskKind
    {
        OpenImage = (image, logging) => new ShowingBackend(ImageOpener.Open(image, logging), _output),
    }.Open(device, context);

    public bool Play(VirtioDriver driver, CancellationToken cancellationToken) =>
        new ScriptedGuest(new BlockDriver(driver), _output).Run(_image.IsReadOnly, _queues);

    public void Dispose() => _folder?.Delete(recursive: true);

    private static string MakeImage(string folder)
    {
        var path = Path.Combine(folder, "disk.img");
        using var file = File.Create(path);
        file.SetLength(OwnImageLength);
        return path;
    }
}
