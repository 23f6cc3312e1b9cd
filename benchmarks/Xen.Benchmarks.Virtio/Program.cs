using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Xen.Benchmarks.Virtio;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["depth", var depthTurnsText] && int.TryParse(depthTurnsText, out var depthTurns) && depthTurns > 0)
    return DepthComparison.Run(depthTurns);
if (args is not [var peerPath, var turnsText, var kindText] || !int.TryParse(turnsText, out var turns) || turns <= 0
    || !Enum.TryParse<QueueKind>(kindText, out var kind))
{
    Console.Error.WriteLine("usage: Xen.Benchmarks.Virtio PEER TURNS KIND; benchmarks/virtio does it");
    return 2;
}

// Short, so that many a turn is not interrupted on a busy machine either: the least times are the ones to look at.
const int RoundsInTurn = 100;
const int WarmUpRounds = 4000;
const int WarmUps = 5;
const double Chains = (double)RoundsInTurn * Rounds.Chains;
using var peer = Process.Start(
    new ProcessStartInfo(peerPath) { RedirectStandardInput = true, RedirectStandardOutput = true })
    ?? throw new IOException($"{peerPath} did not start");
var queue = new Rounds(kind);

// The JIT compiles what runs often for a second time, in the background, once nothing new has come for 100 ms.
for (var i = 0; i < WarmUps; i++)
{
    queue.Serve(WarmUpRounds);
    Thread.Sleep(TimeSpan.FromSeconds(0.5));
}

if (kind == QueueKind.None)
{
    Console.WriteLine(
        $".NET {Environment.Version}, {Environment.ProcessorCount} processors, {turns} turns; nanoseconds for a chain; "
        + $"ratio: chains per second, C# to C\n\n{"",-32}{"C#: median",12}{"least",8}{"C: median",12}{"least",8}"
        + $"{"ratio: medians",16}{"least",8}{"bytes/chain",13}");
}

var (ours, theirs, allocated) = (new List<double>(), new List<double>(), 0L);
for (var turn = 0; turn < turns; turn++)
{
    // Who begins alternates, too.
    if (turn % 2 != 0)
        theirs.Add(AskPeer());
    var (time, bytes) = queue.Serve(RoundsInTurn);
    ours.Add(time.TotalNanoseconds / Chains);
    allocated = Math.Max(allocated, bytes);
    if (turn % 2 == 0)
        theirs.Add(AskPeer());
}

Console.WriteLine(
    $"{Name(kind),-32}{Median(ours),12:F1}{ours.Min(),8:F1}{Median(theirs),12:F1}{theirs.Min(),8:F1}"
    + $"{Median(theirs) / Median(ours),16:F2}{theirs.Min() / ours.Min(),8:F2}{allocated / Chains,13:F2}");
peer.StandardInput.Close();
peer.WaitForExit();
if (allocated == 0)
    return 0;
Console.Error.WriteLine("the queue allocated");
return 1;

double AskPeer()
{
    peer.StandardInput.WriteLine($"serve {(int)kind} {RoundsInTurn}");
    peer.StandardInput.Flush();
    var answer = peer.StandardOutput.ReadLine() ?? throw new IOException("the peer ended");
    return long.Parse(answer, CultureInfo.InvariantCulture) / Chains;
}

static string Name(QueueKind kind) => ((kind & QueueKind.Packed) != 0 ? "packed" : "split")
    + ((kind & QueueKind.Indirect) != 0 ? ", indirect" : ", direct")
    + ((kind & QueueKind.EventIndex) != 0 ? ", event index" : "");

static double Median(List<double> values)
{
    double[] sorted = [.. values.Order()];
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
