using System;
using System.Collections.Generic;
using System.Threading;
using Xen.DeviceModel;
using Xen.Testing.Virtio;

namespace VirtioHosting;

/// <summary>A device whose host's side is simulated, and a guest that plays a script with it.</summary>
public interface IDeviceSimulation : IDisposable
{
    /// <summary>The keys of the device, as <see cref="IDeviceKind.KeysOf"/> gives them.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Keys { get; }

    /// <summary>Opens the device with the simulated host's side, which shows what reaches it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="context">The surroundings.</param>
    IHostedDevice Open(BackendDevice device, HostedDeviceContext context);

    /// <summary>Plays the guest's script, and shows what the guest does and gets.</summary>
    /// <param name="driver">The guest's driver, not begun yet.</param>
    /// <param name="cancellationToken">The user wants no more.</param>
    /// <returns>Whether all was as it should be.</returns>
    bool Play(VirtioDriver driver, CancellationToken cancellationToken);
}
