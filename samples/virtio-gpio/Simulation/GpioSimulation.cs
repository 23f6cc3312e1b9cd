using System.Collections.Generic;
using System.IO;
using System.Threading;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Testing.Gpio;
using Xen.Testing.Virtio;

namespace VirtioGpio.Simulation;

/// <summary>A chip with lamps, a door and a button, and a watchdog that is not the guest's.</summary>
/// <param name="output">Takes what is shown.</param>
internal sealed class GpioSimulation(TextWriter output) : IDeviceSimulation
{
    internal const int Button = 3;
    internal const int Door = 4;

    // The chip's numbers of the guest's lines.
    internal static readonly int[] Given = [0, 1, Button, Door];

    private readonly SimulatedGpioBank _bank = new("lamp-green", "lamp-red", "watchdog", "button", "door");

    public IReadOnlyList<KeyValuePair<string, string>> Keys { get; } =
        [new(GpioKind.LinesKey, $"0:{string.Join(':', Given)}")];

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        _bank.OutputChanged += (_, change) =>
            output.WriteLine($"  chip: {_bank.GetName(change.Key)} is {(change.Value ? "high" : "low")}");
        _bank.Drive(Door, high: true);
        return new GpioKind { OpenBank = (_, _) => new HostBank(_bank, "a simulated chip") }.Open(device, context);
    }

    public bool Play(VirtioDriver driver, CancellationToken cancellationToken) =>
        new ScriptedGuest(new GpioDriver(driver), _bank, output).Run(cancellationToken);

    public void Dispose()
    {
        // All of it is memory.
    }
}
