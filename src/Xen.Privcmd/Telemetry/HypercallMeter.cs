using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Xen.Privcmd.Telemetry;

/// <summary>What is counted of hypercalls, and the source of their activities.</summary>
internal static class HypercallMeter
{
    internal const string HypercallTag = "xen.hypercall";
    internal const string SubOperationTag = "xen.subop";
    internal const string DomainTag = "xen.domid";
    internal const string ResultTag = "xen.result";
    internal const string ErrorTag = "error.type";

    /// <summary>Activities of hypercalls, by the source <c>Xen.Privcmd</c>.</summary>
    internal static readonly ActivitySource Source = new(PrivcmdMeter.Name);

    private static readonly Counter<long> Calls = PrivcmdMeter.Meter.CreateCounter<long>(
        "xen.hypercalls", "{call}", "Hypercalls that were made");

    private static readonly Histogram<double> Duration = PrivcmdMeter.Meter.CreateHistogram<double>(
        "xen.hypercall.duration", "s", "Time that hypercalls took, with the way through the driver");

    private static readonly Counter<long> Errors = PrivcmdMeter.Meter.CreateCounter<long>(
        "xen.hypercall.errors", "{error}", "Hypercalls that failed, by the name of their error");

    /// <summary>Whether anybody wants to know. A few reads of memory.</summary>
    internal static bool IsListenedTo => Calls.Enabled || Duration.Enabled || Errors.Enabled || Source.HasListeners();

    /// <summary>Counts a call. Allocates nothing.</summary>
    /// <param name="hypercall">Its name.</param>
    /// <param name="subOperation">The name of its operation.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="error">The name of its error; null for a success.</param>
    internal static void Count(string hypercall, string subOperation, double seconds, string? error)
    {
        var call = new KeyValuePair<string, object?>(HypercallTag, hypercall);
        var operation = new KeyValuePair<string, object?>(SubOperationTag, subOperation);
        Calls.Add(1, call, operation);
        Duration.Record(seconds, call, operation);
        if (error is not null)
            Errors.Add(1, call, operation, new KeyValuePair<string, object?>(ErrorTag, error));
    }
}
