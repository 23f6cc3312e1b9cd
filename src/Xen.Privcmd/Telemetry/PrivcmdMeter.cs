using System.Diagnostics.Metrics;

namespace Xen.Privcmd.Telemetry;

/// <summary>What this library counts, by the meter <c>Xen.Privcmd</c>.</summary>
internal static class PrivcmdMeter
{
    internal const string Name = "Xen.Privcmd";

    internal static readonly Meter Meter = new(Name);

    /// <summary>Other domains' memory, and Xen's, that is mapped now.</summary>
    internal static readonly UpDownCounter<long> ForeignMapped = Meter.CreateUpDownCounter<long>(
        "xen.foreign.mapped", "By", "Foreign memory that is mapped");

    /// <summary>Granted pages that are mapped now, and granted pages of ours.</summary>
    internal static readonly UpDownCounter<long> GrantMapped = Meter.CreateUpDownCounter<long>(
        "xen.grant.mapped", "By", "Granted memory that is mapped");

    /// <summary>Waits for event channels that ended with a pending port.</summary>
    internal static readonly Counter<long> WakeUps = Meter.CreateCounter<long>(
        "xen.event_channel.wakeups", "{wakeup}", "Waits that ended with a pending port");
}
