using System;
using System.Collections.Generic;
using System.Globalization;
using Xen.Virtio.Devices.Entropy;

namespace VirtioRng;

/// <summary>How fast a guest may take random bytes, as options and keys say it.</summary>
/// <param name="Rate">Bytes a second; 0 for no limit.</param>
/// <param name="Burst">Most bytes at once after a pause; null for as many as a second brings.</param>
internal readonly record struct RngLimit(int Rate, int? Burst)
{
    internal const string RateKey = "rate";
    internal const string BurstKey = "burst";

    /// <summary>What the device is told; null for no limit.</summary>
    /// <param name="time">Where the time comes from.</param>
    internal EntropyRateLimit? ToDevice(TimeProvider time) =>
        Rate == 0 ? null : new EntropyRateLimit(Rate, Burst ?? Rate) { Time = time };

    /// <summary>Reads the keys of a device.</summary>
    /// <param name="key">Looks up a key.</param>
    /// <param name="limit">The limit; null if the device has no keys for one.</param>
    /// <param name="complaint">What is wrong with a key; empty if nothing is.</param>
    internal static bool TryRead(Func<string, string?> key, out RngLimit? limit, out string complaint)
    {
        limit = null;
        var (rateText, burstText) = (key(RateKey), key(BurstKey));
        if (rateText is null)
        {
            complaint = burstText is null ? "" : $"key '{BurstKey}' without key '{RateKey}': a burst is of a limit";
            return burstText is null;
        }

        if (!TryReadRate(rateText, out var rate, out complaint))
        {
            complaint = $"key '{RateKey}': {complaint}";
            return false;
        }

        int? burst = null;
        if (burstText is not null)
        {
            if (!TryReadBurst(burstText, out var number, out complaint))
            {
                complaint = $"key '{BurstKey}': {complaint}";
                return false;
            }

            burst = number;
        }

        limit = new RngLimit(rate, burst);
        return true;
    }

    /// <summary>The keys that say the same.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> ToKeys()
    {
        var rate = KeyValuePair.Create(RateKey, Rate.ToString(CultureInfo.InvariantCulture));
        return Burst is { } burst
            ? [rate, KeyValuePair.Create(BurstKey, burst.ToString(CultureInfo.InvariantCulture))]
            : [rate];
    }

    /// <summary>For people.</summary>
    public override string ToString() => Rate == 0
        ? "no limit"
        : string.Create(CultureInfo.InvariantCulture, $"{Rate} bytes a second, {Burst ?? Rate} at once");

    internal static bool TryReadRate(string text, out int rate, out string complaint) =>
        TryRead(text, 0, "bytes a second, 0 for no limit; example: 4096", out rate, out complaint);

    internal static bool TryReadBurst(string text, out int burst, out string complaint) =>
        TryRead(text, 1, "bytes; example: 65536", out burst, out complaint);

    private static bool TryRead(string text, int least, string what, out int number, out string complaint)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least;
        complaint = isNumber ? "" : $"'{text}': expected a number from {least} to {int.MaxValue}, of {what}";
        return isNumber;
    }
}
