using System;
using System.IO;
using System.Threading;
using Xen.Testing.Virtio;

namespace VirtioRng.Simulation;

/// <summary>What the guest of a simulation does with its source of random numbers.</summary>
/// <param name="driver">The guest's driver.</param>
/// <param name="output">Takes what the guest says.</param>
internal sealed class ScriptedGuest(EntropyDriver driver, TextWriter output)
{
    private const int Small = 16;
    private const int Large = 1024;

    /// <summary>Runs it.</summary>
    /// <param name="stop">The user wants no more.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal bool Run(CancellationToken stop)
    {
        driver.Start();
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
        Say("asking again, and so on: it waits, and gets some each time");
        for (var i = 0; i < 3 && !stop.IsCancellationRequested; i++)
        {
            got = driver.Read(large);
            holds &= Expect(got is > 0 and <= RngSimulation.Burst, $"{got} came");
        }

        return holds;
    }

    private bool Expect(bool holds, string what)
    {
        Say(holds ? $"  good: {what}" : $"  WRONG: not so: {what}");
        return holds;
    }

    private void Say(string text) => output.WriteLine($"guest: {text}");
}
