using System.Diagnostics.Metrics;

namespace Xen.Virtio.Diagnostics;

/// <summary>The instruments of all virtio devices in this process. Names and units follow OpenTelemetry.</summary>
public static class VirtioMeter
{
    /// <summary>Name of the meter, for listeners and <c>dotnet-counters</c>.</summary>
    public const string Name = "Xen.Virtio";

    private static readonly Meter s_meter = new(Name);

    internal static Counter<long> Requests { get; } = s_meter.CreateCounter<long>(
        "xen.virtio.requests", "{request}", "Requests served, by device, operation and status.");

    internal static Histogram<double> RequestDuration { get; } = s_meter.CreateHistogram<double>(
        "xen.virtio.request.duration", "s", "Time from taking a request to having its answer ready.");

    internal static Counter<long> MalformedChains { get; } = s_meter.CreateCounter<long>(
        "xen.virtio.queue.malformed", "{chain}", "Descriptor chains given back unserved, by device and fault.");
}
