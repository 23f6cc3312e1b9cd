namespace Xen.DeviceModel;

/// <summary>What the XenStore says of a device at one moment.</summary>
/// <param name="Device">The device, if it is to be served.</param>
/// <param name="Complaint">Why it is not, if it is there.</param>
/// <param name="Reason">Why one that was served is not to be any longer.</param>
/// <param name="State">The state in its directory; null if there is none.</param>
/// <param name="End">How its guest ended, if it did and that is known.</param>
internal readonly record struct BackendLook(
    BackendDevice? Device,
    BackendComplaint? Complaint = null,
    BackendRemovalReason Reason = BackendRemovalReason.Unplugged,
    XenbusState? State = null,
    DomainEnd? End = null);
