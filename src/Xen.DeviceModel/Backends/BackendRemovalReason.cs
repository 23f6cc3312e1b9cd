namespace Xen.DeviceModel;

/// <summary>Why a device is not to be served any longer.</summary>
public enum BackendRemovalReason
{
    /// <summary>
    /// Its keys are gone, of one end or of both, or became incomplete. If it comes back as it was, it is reported after
    /// <see cref="BackendDiscovery.CloseAsync"/>.
    /// </summary>
    Unplugged,

    /// <summary>
    /// The toolstack asks the back end to close it, and waits for <see cref="BackendDiscovery.CloseAsync"/>.
    /// </summary>
    Closing,

    /// <summary>Another one took its place, which is reported next.</summary>
    Replaced,

    /// <summary>Its guest has ended.</summary>
    DomainEnded,
}
