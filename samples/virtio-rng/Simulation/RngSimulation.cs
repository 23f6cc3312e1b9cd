using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Testing.Virtio;
using Xen.Virtio.Devices.Entropy;

namespace VirtioRng.Simulation;

/// <summary>A source that shows what is taken from it, with a limit that the guest soon comes to.</summary>
/// <param name="output">Takes what is shown.</param>
/// <param name="time">The time that the limit goes by.</param>
internal sealed class RngSimulation(TextWriter output, TimeProvider time) : IDeviceSimulation
{
    internal const int Rate = 512;
    internal const int Burst = 256;

    private static readonly RngLimit Limit = new(Rate, Burst);

    public IReadOnlyList<KeyValuePair<string, string>> Keys { get; } = Limit.ToKeys();

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context) =>
        new RngKind
        {
            Source = new ShowingSource(SystemEntropySource.Instance, output),
            Time = time,
        }.Open(device, context);

    public bool Play(VirtioDriver driver, CancellationToken cancellationToken) =>
        new ScriptedGuest(new EntropyDriver(driver), output, time).Run(cancellationToken);

    public void Dispose()
    {
        // Nothing is open.
    }
}
