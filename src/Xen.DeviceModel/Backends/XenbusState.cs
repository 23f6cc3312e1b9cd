namespace Xen.DeviceModel;

/// <summary>
/// Where an end of a device stands, in its node <c>state</c>. C origin: <c>enum xenbus_state</c>, public/io/xenbus.h.
/// </summary>
public enum XenbusState
{
    /// <summary>No state.</summary>
    Unknown = 0,

    /// <summary>The toolstack has made the device, and nobody has looked at it.</summary>
    Initialising = 1,

    /// <summary>The back end serves it, which is what toolstacks wait for. A virtio device stays here.</summary>
    InitWait = 2,

    /// <summary>An end has published what the other one needs. Not used by virtio.</summary>
    Initialised = 3,

    /// <summary>Both ends work. Not used by virtio: the guest knows nothing of the XenStore.</summary>
    Connected = 4,

    /// <summary>The toolstack wants the device to end.</summary>
    Closing = 5,

    /// <summary>The back end has let go of it.</summary>
    Closed = 6,
}
