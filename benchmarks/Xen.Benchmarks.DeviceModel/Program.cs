using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Xen.Benchmarks.DeviceModel;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var turns = 51;
if (args.Length > 1 || (args is [var text] && (!int.TryParse(text, out turns) || turns <= 0)))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Xen.Benchmarks.DeviceModel [-- TURNS]");
    return 2;
}

Console.WriteLine(
    $".NET {Environment.Version}, {Environment.ProcessorCount} processors, {turns} turns; nanoseconds\n\n{"",-44}"
    + $"{"median",10}{"least",9}{"peer: median",14}{"least",9}{"ratio: medians",16}{"least",8}{"bytes/turn",12}");

var allocated = 0L;
foreach (var devices in (int[])[1, 8, 64])
{
    var accesses = new Accesses(devices);
    allocated += Compare($"access by the bus, {devices} devices; a call", accesses.ByBus, accesses.ByCall);
}

using (var simulated = new Requests(throughXen: true))
using (var plain = new Requests(throughXen: false))
{
    foreach (var atOnce in (int[])[1, 32])
    {
        Compare(
            $"4 KiB read through Xen, {atOnce} at a time; without",
            () => simulated.Read(640, atOnce),
            () => plain.Read(640, atOnce));
    }
}

if (allocated == 0)
    return 0;
Console.Error.WriteLine("the bus allocated");
return 1;

// Who begins alternates. What runs often is compiled for a second time in the background.
long Compare(string name, Func<Turn> subject, Func<Turn> peer)
{
    const int WarmUps = 60;
    for (var i = 0; i < WarmUps; i++)
    {
        subject();
        peer();
        if (i % 20 == 0)
            Thread.Sleep(TimeSpan.FromSeconds(0.3));
    }

    var (ours, theirs) = (new List<Turn>(), new List<Turn>());
    for (var turn = 0; turn < turns; turn++)
    {
        if (turn % 2 != 0)
            theirs.Add(peer());
        ours.Add(subject());
        if (turn % 2 == 0)
            theirs.Add(peer());
    }

    var (median, least) = (Median(ours), ours.Min(static turn => turn.Nanoseconds));
    var (peerMedian, peerLeast) = (Median(theirs), theirs.Min(static turn => turn.Nanoseconds));
    var bytes = ours.Max(static turn => turn.Allocated);
    Console.WriteLine(
        $"{name,-44}{median,10:F1}{least,9:F1}{peerMedian,14:F1}{peerLeast,9:F1}{peerMedian / median,16:F2}"
        + $"{peerLeast / least,8:F2}{bytes,12}");
    return bytes;
}

static double Median(List<Turn> turns)
{
    double[] sorted = [.. turns.Select(static turn => turn.Nanoseconds).Order()];
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
