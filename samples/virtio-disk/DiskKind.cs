using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VirtioDisk.Commands;
using VirtioDisk.Control;
using VirtioDisk.Daemon;
using VirtioDisk.Disks;
using VirtioDisk.Simulation;
using VirtioHosting;
using VirtioHosting.Control;
using VirtioHosting.Daemon;
using Xen.DeviceModel;
using Xen.Virtio.Storage;

namespace VirtioDisk;

/// <summary>Disks: virtio block devices on images.</summary>
public sealed class DiskKind : IDeviceKind, IKindExtras
{
    private readonly Option<string> _image =
        DiskOptions.Image("Image file, block device, or nbd URI (nbd://host/export, nbd+unix:///export?socket=PATH).");

    private readonly Option<string> _format = DiskOptions.Format();
    private readonly Option<bool> _readOnly = new("--read-only", "-r") { Description = "The guest cannot change the disk." };
    private readonly Option<int> _queues = DiskOptions.Queues();
    private readonly Option<string> _ring = DiskOptions.Ring();
    private readonly Option<string> _serial = DiskOptions.Serial();
    private readonly SingleDiskOption? _single;

    /// <summary>Makes the kind, without options of <c>serve</c>.</summary>
    public DiskKind()
        : this(single: null)
    {
    }

    private DiskKind(SingleDiskOption? single)
    {
        _single = single;
        _image.Required = true;
    }

    /// <inheritdoc/>
    public string Name => "disk";

    /// <inheritdoc/>
    public string Noun => "disk";

    /// <inheritdoc/>
    public string Plural => "disks";

    /// <inheritdoc/>
    public BackendKind Backend => BackendKind.VirtioDisk;

    /// <inheritdoc/>
    public IReadOnlyList<Option> ServeOptions => _single?.All ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => [_image, _format, _readOnly, _queues, _ring, _serial];

    /// <inheritdoc/>
    public IReadOnlyList<string> AttachExamples =>
    [
        "--domain web --image /srv/web.img",
        "--domain 5 --image /srv/web.qcow2 --format qcow2 --queues 4 --transport pci",
        "--domain 5 --image nbd://storage/web --read-only",
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Columns => ["FORMAT", "MODE", " QUEUES", "IMAGE"];

    IKindExtras.Alone? IKindExtras.ServeAlone => _single?.Way;

    /// <summary>Opens images.</summary>
    internal Func<ImageSpec, ILoggerFactory, IBlockBackend> OpenImage { get; init; } = ImageOpener.Open;

    /// <summary>Makes the kind, with options of <c>serve</c> for a simulation and for one disk of one guest.</summary>
    internal static DiskKind WithSingleMode() => new(new SingleDiskOption());

    /// <inheritdoc/>
    public void Configure(ParseResult serve)
    {
        // Disks say all themselves.
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        ArgumentNullException.ThrowIfNull(attach);
        var image = ImageSpec.OfUser(
            attach.GetRequiredValue(_image), DiskOptions.Format(attach.GetValue(_format)), attach.GetValue(_readOnly));
        (OpenImage(image, NullLoggerFactory.Instance) as IDisposable)?.Dispose();
        return
        [
            .. Keys(image, attach.GetValue(_queues), attach.GetValue(_serial)),
            new("ring", attach.GetRequiredValue(_ring)),
        ];
    }

    /// <inheritdoc/>
    /// <remarks>What Linux will probably call it; for people who look at <c>xl block-list</c>.</remarks>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOfNext(int count)
    {
        const int Letters = 26;
        var name = count < Letters
            ? $"vd{(char)('a' + count)}"
            : $"vd{(char)('a' + (count / Letters) - 1)}{(char)('a' + (count % Letters))}";
        return [new("dev", name)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> FrontendKeys(uint number) =>
        [new("virtual-device", number.ToString(CultureInfo.InvariantCulture)), new("device-type", "disk")];

    /// <inheritdoc/>
    public string Describe(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var format = key("format") ?? "";
        var mode = key("mode") == "r" ? "read-only" : "";
        var rest = string.Join(", ", new[] { format, mode }.Where(static text => text.Length > 0));
        return rest.Length == 0 ? key("params") ?? "" : $"{key("params")} ({rest})";
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Cells(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return [key("format") ?? "", key("mode") ?? "", key("queues") ?? "", key("params") ?? ""];
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json, Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(key);
        json.WriteString("format", key("format") ?? "");
        json.WriteBoolean("readOnly", key("mode") == "r");
        json.WriteString("queues", key("queues") ?? "");
        json.WriteString("image", key("params") ?? "");
    }

    /// <inheritdoc/>
    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(context);
        var description = DiskDescription.Of(device);
        // What a qcow2 image has not written yet, though the guest was told so, is kept with the guest's state.
        var image = OpenImage(description.Image with { RecoveryLog = context.RecoveryPath }, context.Logging);
        try
        {
            return new HostedDisk(description, image, context.Logging);
        }
        catch
        {
            (image as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IDeviceSimulation CreateSimulation(ParseResult serve, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(serve);
        return _single?.CreateSimulation(serve, output) ?? DiskSimulation.Create(null, null, isReadOnly: false, 1, output);
    }

    IEnumerable<Command> IKindExtras.Commands(HostProgram host, Shell shell) =>
        [StatsCommand.Create(host, shell), ResizeCommand.Create(host, shell)];

    IReadOnlyDictionary<string, ControlAnswer> IKindExtras.Answers(DeviceDaemon daemon) => new DiskAnswers(daemon).All;

    void IKindExtras.HangUp(DeviceDaemon daemon) => DiskAnswers.Resize(daemon, domain: null, number: null);

    /// <summary>The keys that name a disk.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Keys(ImageSpec image, int queues, string? serial)
    {
        List<KeyValuePair<string, string>> keys =
        [
            new("removable", "0"),
            new("bootable", "0"),
            new("type", "standalone"),
            new("mode", image.IsReadOnly ? "r" : "w"),
            new("device-type", "disk"),
            new("specification", "virtio"),
            new("format", ImageSpec.Name(image.Format)),
            new("queues", queues.ToString(CultureInfo.InvariantCulture)),
            new("params", image.Location),
        ];
        if (serial is not null)
            keys.Add(new("serial", serial));
        return keys;
    }
}
