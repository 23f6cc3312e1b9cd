using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using VirtioHosting;
using Xen.DeviceModel;
using Xen.Testing.I2c;
using Xen.Testing.Virtio;
using Xen.Virtio.Spec.I2c;

namespace VirtioI2c.Simulation;

/// <summary>
/// A bus with a thermometer, two EEPROMs and a clock, of which the guest gets all but the second EEPROM; it is given
/// another address too, at which no chip is.
/// </summary>
/// <param name="output">Takes what is shown.</param>
internal sealed class I2cSimulation(TextWriter output) : IDeviceSimulation
{
    internal const int Thermometer = 0x48;
    internal const int Eeprom = 0x50;
    internal const int OtherEeprom = 0x51;
    internal const int Nothing = 0x52;
    internal const int Clock = 0x68;

    internal static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 34, 56, TimeSpan.Zero);

    private readonly SimulatedEeprom _eeprom = new();

    public IReadOnlyList<KeyValuePair<string, string>> Keys { get; } = [new(I2cKind.DevicesKey, "0:0x48:0x50:0x52:0x68")];

    public IHostedDevice Open(BackendDevice device, HostedDeviceContext context)
    {
        var bus = new SimulatedI2cBus();
        bus.Plug(new I2cAddress(Thermometer), new SimulatedThermometer());
        bus.Plug(new I2cAddress(Eeprom), _eeprom);
        bus.Plug(new I2cAddress(OtherEeprom), new SimulatedEeprom());
        bus.Plug(new I2cAddress(Clock), new SimulatedRtc(new StillTime(Time)));

        // The guest's part of the bus, by the same way as with adapters of the host.
        var kind = new I2cKind { OpenBus = (name, _) => new HostBus(name, new ShowingBus(bus, output)) };
        return kind.Open(device, context);
    }

    public bool Play(VirtioDriver driver, CancellationToken cancellationToken) =>
        new ScriptedGuest(new I2cDriver(driver), _eeprom, output).Run(cancellationToken);

    public void Dispose()
    {
        // All of it is memory.
    }
}
