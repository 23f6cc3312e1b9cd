using System;
using System.IO;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec.Block;

namespace VirtioDisk.Simulation;

/// <summary>What the guest of a simulation does with its disk. It leaves the disk as it was.</summary>
/// <param name="driver">The guest's driver.</param>
/// <param name="output">Takes what the guest says.</param>
internal sealed class ScriptedGuest(BlockDriver driver, TextWriter output)
{
    private const int Sector = 512;
    private const int Most = 64;

    /// <summary>Runs it.</summary>
    /// <param name="isReadOnly">Whether writes are expected to fail.</param>
    /// <param name="queues">How many queues it uses.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal bool Run(bool isReadOnly, int queues)
    {
        driver.Start(queueSize: 64, queueCount: queues);
        var capacity = driver.CapacitySectors;
        Say($"the disk has {capacity} sectors; its serial number is '{driver.GetId()}'; features {driver.Features:x}");
        if (capacity == 0)
            return Expect(false, "a disk without a sector");

        var count = (int)ulong.Min(capacity, Most);
        var place = capacity - (ulong)count;
        var before = new byte[count * Sector];
        Say($"reading the last {count} sectors, in one request");
        var holds = Expect(driver.Read(place, before) == BlockRequestStatus.Ok, "read");
        holds &= isReadOnly ? TryToWrite(place, before) : WriteAndCheck(place, before);
        Say("asking for a sector behind the end");
        holds &= Expect(
            driver.Read(capacity, new byte[Sector]) == BlockRequestStatus.IoError, "refused with an I/O error");
        return holds;
    }

    private bool TryToWrite(ulong place, byte[] before)
    {
        Say("trying to write to the read-only disk");
        return Expect(driver.Write(place, before) == BlockRequestStatus.IoError, "refused with an I/O error");
    }

    private bool WriteAndCheck(ulong place, byte[] before)
    {
        var pattern = new byte[before.Length];
        new Random(1).NextBytes(pattern);
        var after = new byte[before.Length];
        try
        {
            Say("writing a pattern, making it durable, and reading it back");
            var holds = Expect(
                driver.Write(place, pattern) == BlockRequestStatus.Ok
                && driver.Flush() == BlockRequestStatus.Ok
                && driver.Read(place, after) == BlockRequestStatus.Ok
                && after.AsSpan().SequenceEqual(pattern),
                "the same came back");
            for (var sector = 0; sector < 4 && sector * Sector < before.Length; sector++)
                holds &= driver.Read(place + (ulong)sector, after.AsSpan(0, Sector)) == BlockRequestStatus.Ok;
            return holds;
        }
        finally
        {
            Say("putting back what was there");
            Expect(
                driver.Write(place, before) == BlockRequestStatus.Ok && driver.Flush() == BlockRequestStatus.Ok,
                "written");
        }
    }

    private bool Expect(bool holds, string what)
    {
        Say(holds ? $"  good: {what}" : $"  WRONG: not so: {what}");
        return holds;
    }

    private void Say(string text) => output.WriteLine($"guest: {text}");
}
