using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using VirtioHosting;
using VirtioRng.Simulation;
using Xen.DeviceModel;
using Xen.Virtio.Devices.Entropy;
using Xen.Virtio.Linux.Entropy;
using Xen.Virtio.Spec;

namespace VirtioRng;

/// <summary>Random numbers of the host's kernel, as fast as each guest may have them.</summary>
public sealed class RngKind : IDeviceKind
{
    private const string Rate = "--rate";
    private const string Burst = "--burst";

    private readonly LimitOptions _serve;
    private readonly LimitOptions _attach = new(Rate, Burst, "without it, as serve says");
    private RngLimit _default;

    /// <summary>Makes the kind.</summary>
    /// <param name="serveRate">Name of the option of <c>serve</c> for the rate; that of <c>attach</c> is always
    /// <c>--rate</c>.</param>
    /// <param name="serveBurst">The same for the burst.</param>
    public RngKind(string serveRate = Rate, string serveBurst = Burst) =>
        _serve = new LimitOptions(serveRate, serveBurst, "for guests whose devices do not say it themselves");

    /// <inheritdoc/>
    public string Name => "rng";

    /// <inheritdoc/>
    public string Noun => "random number source";

    /// <inheritdoc/>
    public string Plural => "random number sources";

    /// <inheritdoc/>
    public BackendKind Backend { get; } =
        BackendKind.Virtio with { Types = [BackendKind.VirtioType((int)VirtioDeviceId.Entropy)] };

    /// <inheritdoc/>
    public IReadOnlyList<Option> ServeOptions => _serve.All;

    /// <inheritdoc/>
    public IReadOnlyList<Option> AttachOptions => _attach.All;

    /// <inheritdoc/>
    public IReadOnlyList<string> AttachExamples { get; } =
    [
        "--domain web --rate 65536",
        "--domain web --rate 4096 --burst 65536",
    ];

    /// <summary>Where the bytes come from.</summary>
    internal IEntropySource Source { get; init; } = GetrandomSource.Instance;

    /// <summary>Where the time comes from that the limit goes by.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    public void Configure(ParseResult serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        _default = _serve.Read(serve) ?? default;
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> KeysOf(ParseResult attach)
    {
        ArgumentNullException.ThrowIfNull(attach);
        return _attach.Read(attach)?.ToKeys() ?? [];
    }

    /// <inheritdoc/>
    public string Describe(Func<string, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!RngLimit.TryRead(key, out var limit, out var complaint))
            return complaint;
        return limit?.ToString() ?? $"as serve {_serve.RateName} says";
    }

    /// <inheritdoc/>
    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(context);
        if (!RngLimit.TryRead(name => device[name], out var own, out var complaint))
            throw new UsageException(complaint);
        var limit = own ?? _default;
        var logger = context.Logging.CreateLogger("VirtioRng");
        return new HostedRng(new EntropyDevice(Source, logger, limit.ToDevice(Time)), $"getrandom, {limit}");
    }

    /// <inheritdoc/>
    public IDeviceSimulation CreateSimulation(ParseResult serve, TextWriter output) => new RngSimulation(output, Time);
}
