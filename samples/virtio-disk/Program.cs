using System;
using System.Runtime.InteropServices;
using System.Threading;
using VirtioDisk;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
return await Tool.RunAsync(args, new Shell(Console.Out, Console.Error, !Console.IsOutputRedirected, stop.Token));

void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
