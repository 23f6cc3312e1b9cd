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
internal sealed class RngSimulation(TextWriter output) : IDeviceSimulation
{
    internal const int Burst = 256;

    private static readonly RngLimit Limit = new(512, Burst);

    public IReadOnlyList<KeyValuePair<string, string>> Keys { get; } = Limit.ToKeys();

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context) =>
        new RngKind { Source = new ShowingSource(SystemEntropySource.Instance, output) }.Open(device, context);

    public bool Play(VirtioDriver driver, CancellationToken cancellationToken) =>
        new ScriptedGuest(new EntropyDriver(driver), output).Run(cancellationToken);

    public void Dispose()
    {
        // Nothing is open.
    }
}
