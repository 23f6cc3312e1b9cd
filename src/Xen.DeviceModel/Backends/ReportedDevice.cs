namespace Xen.DeviceModel;

/// <summary>A device that was reported as added.</summary>
/// <param name="device">The device.</param>
internal sealed class ReportedDevice(BackendDevice device)
{
    /// <summary>The device.</summary>
    internal BackendDevice Device => device;

    /// <summary>
    /// The number of the look at the store during which its toolstack was told that it is served; later than any if it was
    /// not told yet.
    /// </summary>
    internal long AcceptedDuring { get; set; } = device.State == XenbusState.Initialising ? long.MaxValue : 0;

    /// <summary>Whether what is there now is this device, and not another one or none.</summary>
    /// <param name="other">What is there.</param>
    /// <param name="look">
    /// The number of the look that found it. If the state has gone back to the beginning it is another device; but a look
    /// that began before the toolstack was told may have seen the state of before.
    /// </param>
    internal bool IsStill(BackendDevice? other, long look) =>
        other is not null && other.IsSameAs(device) && !(AcceptedDuring < look && other.State == XenbusState.Initialising);
}
