using System;
using System.Globalization;
using Xen.Benchmarks.Dom0;
using Xen.Privcmd;
using Xen.Sys;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var peerPath, var turnsText] || !int.TryParse(turnsText, out var turns) || turns <= 0)
{
    Console.Error.WriteLine("usage: in a dom0: Xen.Benchmarks.Dom0 PEER TURNS; benchmarks/dom0 does it");
    return 2;
}

const int ManyPages = 4096;
using var transport = PrivcmdTransport.Open();
using var memory = PrivcmdForeignMemory.Open();
using var peer = new Peer(peerPath);
XenVersionOp.GetVersion(transport, out var version).OrThrow("xen_version");
DomctlInterface.Probe(transport, out var domctl).OrThrow("domctl getdomaininfo");
var guest = new DomainId((ushort)peer.Ask($"guest {ManyPages}"));
try
{
    Console.WriteLine($"Xen {version}, {Environment.OSVersion}, .NET {Environment.Version}, {Environment.ProcessorCount} processors");
    Comparison.PrintHead(turns);
    var hypercalls = new Hypercalls(transport, guest);
    var one = new Mappings(memory, guest, 1);
    var many = new Mappings(memory, guest, ManyPages);
    var requests = new Requests(transport, memory, domctl, guest);
    var comparison = new Comparison(turns);
    Operation[] operations =
    [
        new("xen_version", 2000, hypercalls.Version, n => peer.Ask($"version {n}")),
        new("dm_op nr_vcpus", 2000, hypercalls.VcpuCount, n => peer.Ask($"vcpus {guest} {n}")),
        new("map and unmap 1 page", 300, one.MapAndUnmap, n => peer.Ask($"map {guest} 1 {n}"), MayAllocate: true),
        new(
            $"map and unmap {ManyPages} pages", 4, many.MapAndUnmap, n => peer.Ask($"map {guest} {ManyPages} {n}"),
            MayAllocate: true),
        new("event channel, there and back", 500, PingPong.Run, n => peer.Ask($"events {n}")),
        new("IOREQ, request to response", 1000, requests.Serve, n => peer.Ask($"ioreq {guest} {n}")),
    ];
    Comparison.WarmUp(operations);
    foreach (var operation in operations)
        comparison.Run(operation);
    if (!comparison.HasAllocated)
        return 0;
    Console.Error.WriteLine("an operation allocated that must not");
    return 1;
}
finally
{
    peer.Ask($"end {guest}");
}
