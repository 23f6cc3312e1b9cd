namespace Xen.Machine;

/// <summary>How a device answered one access of the guest.</summary>
/// <remarks>
/// An access never throws. The bus, not the device, decides what a failure looks like to the guest: a failed read
/// gives all ones, a failed write is dropped, and either way the guest goes on.
/// </remarks>
public enum IoResult
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>Nothing answers at this address.</summary>
    NoDevice,

    /// <summary>The device has no register at this offset.</summary>
    InvalidRegister,

    /// <summary>The register exists, but not in this width or alignment.</summary>
    InvalidAccessSize,

    /// <summary>The register cannot be read, or cannot be written.</summary>
    WrongDirection,

    /// <summary>
    /// The answer comes later: only from the methods of <see cref="IDeferringDevice"/>, which get what completes the access.
    /// </summary>
    Deferred,
}
