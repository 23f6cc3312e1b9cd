using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using VirtioDisk.Daemon;
using VirtioDisk.Disks;
using VirtioDisk.State;
using Xen.Machine;
using Xen.Store;
using Xen.Testing.Hypervisor;
using Xen.Testing.Store;
using Xen.Testing.Virtio;

namespace VirtioDisk.Simulation;

/// <summary>
/// The daemon, with a simulated Xen, a store in memory, and a guest that runs a script: all that happens with a real
/// one, on any machine.
/// </summary>
internal static class SimulationProgram
{
    private const ushort Guest = 1;
    private const int OwnImageLength = 16 << 20;

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunAsync(
        Shell shell,
        string? image,
        ImageFormat? format,
        bool isReadOnly,
        int queues,
        bool isPci,
        ILoggerFactory logging,
        CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("virtio-disk-");
        var output = TextWriter.Synchronized(shell.Out);
        try
        {
            var spec = ImageSpec.OfUser(image ?? MakeImage(folder.FullName), format, isReadOnly);
            using var xen = new SimulatedXen();
            var memory = new InMemoryXenStore();
            await using var store = XenStoreClient.Connect(new XenStoreOptions { Endpoint = memory.Endpoint() });
            var domain = xen.CreateDomain(Guest, kind: isPci ? SimulatedDomainKind.Hvm : SimulatedDomainKind.Pvh);
            memory.IntroduceDomain(domain.Id);
            await store.WriteAsync($"/libxl/{Guest}/type", isPci ? "hvm" : "pvh", stop);

            using var directory = RunDirectory.Open(Path.Combine(folder.FullName, "run"));
            var daemon = new DiskDaemon(store, xen.Linux.ToPlatform(), directory, null, logging)
            {
                OpenImage = (wanted, factory) => new ShowingBackend(ImageOpener.Open(wanted, factory), output),
            };
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var serving = daemon.RunAsync(end.Token);
            var place = await AttachAsync(store, spec, queues, isPci, stop);
            await output.WriteLineAsync($"ready: {spec.Location} ({ImageSpec.Name(spec.Format)}), {place};"
                + " a scripted guest on a simulated Xen begins");

            var holds = await Task.Run(
                () => new ScriptedGuest(Drive(domain, isPci), output).Run(isReadOnly, queues), stop);
            var summary = daemon.Disks[0].Device.Metrics.Snapshot();
            await end.CancelAsync();
            await serving;
            await output.WriteLineAsync($"done: {summary}");
            return holds ? ExitCode.Success : ExitCode.Failure;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string MakeImage(string folder)
    {
        var path = Path.Combine(folder, "disk.img");
        using var file = File.Create(path);
        file.SetLength(OwnImageLength);
        return path;
    }

    private static async Task<DiskPlace> AttachAsync(
        XenStoreClient store, ImageSpec image, int queues, bool isPci, CancellationToken stop)
    {
        var attacher = new DiskAttacher(store);
        var timeout = TimeSpan.FromSeconds(30);
        var request = new DiskRequest(
            $"{Guest}", image, queues, isPci, Base: null, Irq: null, PciSlot: null, Number: null, "simulated", timeout);
        var (paths, place) = await attacher.WriteAsync(request, stop);
        await attacher.WaitAsync(paths, timeout, stop);
        return place;
    }

    private static BlockDriver Drive(SimulatedDomain domain, bool isPci)
    {
        var guest = new SimulatedGuest(domain);
        if (!isPci)
            return new BlockDriver(guest.AddMmioDriver(PlacePicker.FirstBase, PlacePicker.FirstIrq));
        var driver = guest.AddPciDriver(new PciAddress(0, 0, PlacePicker.FirstSlot, 0));
        driver.Probe();
        return new BlockDriver(driver);
    }
}
