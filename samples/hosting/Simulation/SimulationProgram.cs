using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioHosting.Daemon;
using VirtioHosting.Devices;
using VirtioHosting.State;
using Xen.Machine;
using Xen.Store;
using Xen.Sys;
using Xen.Testing.Hypervisor;
using Xen.Testing.Store;
using Xen.Testing.Virtio;

namespace VirtioHosting.Simulation;

/// <summary>
/// The daemon, with a simulated Xen, a store in memory, and a guest that runs a script: all that happens with a real
/// one, on any machine. Kinds come one after the other, each with a Xen of its own.
/// </summary>
internal static class SimulationProgram
{
    private const ushort Guest = 1;

    /// <summary>Runs it.</summary>
    /// <param name="host">The program.</param>
    /// <param name="shell">The surroundings.</param>
    /// <param name="serve">The command line.</param>
    /// <param name="isPci">Whether devices are on the guest's PCI bus.</param>
    /// <param name="logging">Makes loggers.</param>
    /// <param name="stop">The user wants no more.</param>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(
        HostProgram host, Shell shell, ParseResult serve, bool isPci, ILoggerFactory logging, CancellationToken stop)
    {
        var output = TextWriter.Synchronized(shell.Out);
        var (holds, count) = (true, 0);
        foreach (var kind in host.Kinds)
        {
            using var simulation = kind.CreateSimulation(serve, output);
            if (simulation is null)
                continue;
            count++;
            holds &= await RunAsync(host.Name, kind, simulation, output, isPci, logging, stop);
        }

        if (count == 0)
            throw new UsageException($"--simulate: there is nothing to show of {host.Set.Plural}");
        return holds ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<bool> RunAsync(
        string name,
        IDeviceKind kind,
        IDeviceSimulation simulation,
        TextWriter output,
        bool isPci,
        ILoggerFactory logging,
        CancellationToken stop)
    {
        var host = new HostProgram(name, "", [kind]);
        var folder = Directory.CreateTempSubdirectory($"{name}-");
        try
        {
            using var xen = new SimulatedXen();
            var memory = new InMemoryXenStore();
            await using var store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = memory.Endpoint() });
            var domain = xen.CreateDomain(Guest, kind: isPci ? SimulatedDomainKind.Hvm : SimulatedDomainKind.Pvh);
            memory.IntroduceDomain(domain.Id);
            await store.WriteAsync($"/libxl/{Guest}/type", isPci ? "hvm" : "pvh", stop);

            using var directory = RunDirectory.Open(Path.Combine(folder.FullName, "run"), name);
            var daemon = new DeviceDaemon(host.Set, store, xen.Linux.ToPlatform(), directory, null, logging)
            {
                Open = simulation.Open,
            };
            // Not before the script ends: a guest without an answer would wait for it.
            using var end = new CancellationTokenSource();
            var serving = daemon.RunAsync(end.Token);
            var (holds, summary) = (false, "");
            try
            {
                var place = await AttachAsync(host, store, domain.Id, simulation, isPci, stop);
                var text = kind.Describe(key => simulation.Keys.LastOrDefault(pair => pair.Key == key).Value);
                await output.WriteLineAsync($"ready: {text}, {place}; a scripted guest on a simulated Xen begins");
                holds = await Task.Run(() => simulation.Play(Drive(domain, isPci), stop), stop);
                // A script that was broken off has not shown that all is good.
                stop.ThrowIfCancellationRequested();
                summary = daemon.Devices[0].Host.Summary;
            }
            finally
            {
                await end.CancelAsync();
                holds &= await serving;
            }

            await output.WriteLineAsync(summary.Length == 0 ? "done" : $"done: {summary}");
            return holds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<DevicePlace> AttachAsync(
        HostProgram host,
        XenStoreClient store,
        DomainId domain,
        IDeviceSimulation simulation,
        bool isPci,
        CancellationToken stop)
    {
        var kind = host.Kinds[0];
        var attacher = new DeviceAttacher(host, store);
        var request = new DeviceRequest(
            kind, domain, simulation.Keys, isPci, Base: null, Irq: null, PciSlot: null, Number: null);
        var (paths, place) = await attacher.WriteAsync(request, stop);
        await attacher.WaitAsync(paths, kind, TimeSpan.FromSeconds(30), stop);
        return place;
    }

    private static VirtioDriver Drive(SimulatedDomain domain, bool isPci)
    {
        var guest = new SimulatedGuest(domain);
        if (!isPci)
            return guest.AddMmioDriver(PlacePicker.FirstBase, PlacePicker.FirstIrq);
        var driver = guest.AddPciDriver(new PciAddress(0, 0, PlacePicker.FirstSlot, 0));
        driver.Probe();
        return driver;
    }
}
