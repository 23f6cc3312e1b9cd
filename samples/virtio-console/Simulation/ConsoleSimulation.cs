using System.Collections.Generic;
using System.IO;
using System.Threading;
using VirtioConsole.Ports;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Testing.Console;
using Xen.Testing.Virtio;

namespace VirtioConsole.Simulation;

/// <summary>A console with a person at it, and a guest to log in to.</summary>
/// <param name="output">Takes what is shown.</param>
internal sealed class ConsoleSimulation(TextWriter output) : IDeviceSimulation
{
    internal static readonly ConsoleSize Size = new(100, 30);

    private readonly SimulatedConsoleEnd _end = new();

    public IReadOnlyList<KeyValuePair<string, string>> Keys { get; } =
        [new(ConsoleKind.PortsKey, "pty"), new(ConsoleKind.SizeKey, Size.ToString())];

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context) =>
        new ConsoleKind { OpenEnd = (_, _, _) => new HostEnd(_end, "a simulated terminal") }.Open(device, context);

    public bool Play(VirtioDriver driver, CancellationToken cancellationToken) =>
        new ScriptedDialogue(new ConsoleDriver(driver), _end, output).Run(cancellationToken);

    public void Dispose()
    {
        // All of it is memory.
    }
}
