using System;
using System.Globalization;
using Xen.Benchmarks.Store;
using Xen.Store;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var peerPath, var pythonPath, var turnsText] || !int.TryParse(turnsText, out var turns) || turns <= 0)
{
    Console.Error.WriteLine("usage: Xen.Benchmarks.Store PEER PYXS-PEER TURNS, with XENSTORED_PATH; benchmarks/store does it");
    return 2;
}

const int Callers = 16;
using var client = XenStoreClient.Connect();
await StoreTree.MakeAsync(client).ConfigureAwait(false);
using var peer = new Peer(peerPath);
using var python = new Peer(pythonPath);
var span = new SpanOperations(client);
var tasks = new AsyncOperations(client);
var comparison = new Comparison(turns);

Console.WriteLine($"{Environment.OSVersion}, .NET {Environment.Version}, {Environment.ProcessorCount} processors");
Comparison.PrintHead(turns);
Contest[] contests =
[
    new("read, span", new("", span.Read), [Library("read"), new(new("pyxs", python.Runs("read")), 10)], MayAllocate: false),
    new("write, span", new("", span.Write), [Library("write")], MayAllocate: false),
    new("directory, sync", new("", span.List), [Library("directory")]),
    new("transaction, sync inside", new("", span.Transact), [Library("transaction")]),
    new("read, async", new("", tasks.Read), [Library("read")]),
    new("write, async", new("", tasks.Write), [Library("write")]),
    new("directory, async", new("", tasks.List), [Library("directory")]),
    new("transaction, async", new("", tasks.Transact), [Library("transaction")]),
    new(
        $"{Callers} callers, async",
        new("", n => tasks.ReadAtOnce(Callers, n)),
        [
            new(new("libxenstore, 16 threads", peer.Runs("threads")), 3),
            new(new("libxenstore, one loop", peer.Runs("read"))),
            new(new("the daemon, 16 at a time", peer.Runs("pipeline 16 1"))),
        ]),
    new(
        $"ReadMany, {StoreTree.Keys.Count} keys",
        new("", tasks.ReadMany),
        [
            new(new("libxenstore, a loop", peer.Runs("keys")), 5),
            new(new("the daemon, 64 at a time, per 1000", peer.Runs("pipeline 64 1000"))),
        ]),
];
foreach (var contest in contests)
    comparison.Run(contest);
if (!comparison.HasAllocated)
    return 0;
Console.Error.WriteLine("an operation allocated that must not");
return 1;

Rival Library(string request) => new(new("libxenstore", peer.Runs(request)), 1);
