using System;
using Xen.Domain;
using Xen.Sys;

namespace DomainMonitor;

/// <summary>The program: what it prints, and for how long.</summary>
public static class Program
{
    /// <summary>Runs until the domain is shut down.</summary>
    /// <param name="platform">The machine.</param>
    /// <param name="transport">The way to Xen.</param>
    public static void Run<TPlatform, TTransport>(ref TPlatform platform, TTransport transport)
        where TPlatform : IDomainPlatform
        where TTransport : IHypercallTransport, allows ref struct
    {
        var line = new ConsoleLine(stackalloc byte[ConsoleLine.MemoryLength]);
        var store = new MonitorStore(StoreClient.Open(ref platform, stackalloc byte[StoreClient.MemoryLength]));
        var times = new CpuTimes(stackalloc CpuTime[CpuTimes.Capacity], stackalloc CpuTime[CpuTimes.Capacity]);
        var settings = MonitorSettings.Default;

        Greeting.PrintVersion(ref platform, transport, ref line);
        settings.Read(ref platform, ref line, platform.CommandLine);
        var lister = DomainLister.Open(transport);
        Greeting.PrintInterfaces(ref platform, ref line, lister);
        if (settings.Suite)
            Suite.Run(ref platform, transport, ref line);
        DeliberateFault.Commit(settings.Panic);

        var table = new DomainTable(lister, times);
        var next = platform.SystemTime;
        for (ulong number = 1; ; number++)
        {
            store.Begin();
            settings.Read(ref platform, transport, ref line, ref store);
            table.Print(ref platform, transport, ref line, ref store, number);
            if (settings.Count != 0 && number >= settings.Count)
                break;

            // A table that was late does not make the next ones follow each other.
            var now = platform.SystemTime;
            next = Math.Max(next + settings.Interval, now);
            while (platform.SystemTime < next)
                platform.SleepUntil(next);
        }

        line.Text.Add("domain-monitor: done"u8);
        line.End(ref platform);
        platform.Shutdown(ShutdownReason.PowerOff);
    }
}
