namespace Xen.DeviceModel;

/// <summary>A device came or went.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Device">The device; a removed one is the object that was reported as added.</param>
/// <param name="Reason">Why it went; null for one that came.</param>
/// <param name="End">How its guest ended, if it did and Xen could be asked.</param>
public sealed record BackendChange(
    BackendChangeKind Kind, BackendDevice Device, BackendRemovalReason? Reason = null, DomainEnd? End = null);
