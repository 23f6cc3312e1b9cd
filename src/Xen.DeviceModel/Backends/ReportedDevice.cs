namespace Xen.DeviceModel;

/// <summary>A device that was reported as added.</summary>
/// <param name="device">The device.</param>
internal sealed class ReportedDevice(BackendDevice device)
{
    /// <summary>The device.</summary>
    internal BackendDevice Device => device;

    /// <summary>
    /// Whether its toolstack was told that it is served: if its state goes back to the beginning, it is another one.
    /// </summary>
    internal bool IsAccepted { get; set; } = device.State != XenbusState.Initialising;

    /// <summary>Whether what is there now is this device, and not another one or none.</summary>
    internal bool IsStill(BackendDevice? other) =>
        other is not null && other.IsSameAs(device) && !(IsAccepted && other.State == XenbusState.Initialising);
}
