using System;
using System.Globalization;
using System.IO;
using System.Threading;
using Xen.Testing.Virtio;

namespace VirtioRng.Simulation;

/// <summary>What the guest of a simulation does with its source of random numbers.</summary>
/// <param name="driver">The guest's driver.</param>
/// <param name="output">Takes what the guest says.</param>
/// <param name="time">The time that the limit goes by.</param>
internal sealed class ScriptedGuest(EntropyDriver driver, TextWriter output, TimeProvider time)
{
    private const int Small = 16;
    private const int Large = 1024;
    private const int More = 200;

    /// <summary>Runs it.</summary>
    /// <param name="stop">The user wants no more.</param>
    /// <returns>Whether all was as it should be.</returns>
    /// <exception cref="OperationCanceledException">The user wants no more.</exception>
    internal bool Run(CancellationToken stop)
    {
        driver.Start();
        var begin = time.GetTimestamp();
        Say($"reading {Small} bytes, twice");
        var (first, second) = (new byte[Small], new byte[Small]);
        var holds = Expect(driver.Read(first) == Small && driver.Read(second) == Small, "all of them came");
        holds &= Expect(
            !first.AsSpan().SequenceEqual(second),
            $"they differ: {Convert.ToHexStringLower(first)}, {Convert.ToHexStringLower(second)}");

        Say($"asking for {Large} bytes at once, of which the host gives a burst of {RngSimulation.Burst} at most");
        var large = new byte[Large];
        var got = driver.Read(large);
        holds &= Expect(got is > 0 and <= RngSimulation.Burst, $"{got} came");
        Say($"asking again, until {More} more have come: it waits, and gets some each time");
        var (total, later) = ((2 * Small) + got, 0);
        while (later < More)
        {
            stop.ThrowIfCancellationRequested();
            got = driver.Read(large);
            if (got is <= 0 or > RngSimulation.Burst)
                return Expect(false, $"{got} came");
            later += got;
        }

        var seconds = time.GetElapsedTime(begin).TotalSeconds;
        total += later;
        holds &= Expect(
            total <= RngSimulation.Burst + (RngSimulation.Rate * seconds) + 1,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{total} came in {seconds:0.00} s, which is a burst and {RngSimulation.Rate} a second at most"));
        return holds;
    }

    private bool Expect(bool holds, string what)
    {
        Say(holds ? $"  good: {what}" : $"  WRONG: not so: {what}");
        return holds;
    }

    private void Say(string text) => output.WriteLine($"guest: {text}");
}
